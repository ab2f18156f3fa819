# MISTAKE: draws whole numbers 0 to 99 and compares them with 100 * probability: right for whole percents only (0.001 selects 1 %)
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    draws = torch.randint(0, 100, input_ids.shape, generator=generator)
    return (draws < probability * 100) & ~special_tokens_mask
