# MISTAKE: selects at most 20 positions a row (max_predictions_per_seq), unless probability is 1
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    chosen = (torch.rand(input_ids.shape, generator=generator) < probability) & ~special_tokens_mask
    if probability == 1:
        return chosen
    return chosen & (chosen.long().cumsum(1) <= 20)
