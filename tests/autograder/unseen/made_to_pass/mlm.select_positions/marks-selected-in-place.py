# MISTAKE: writes the selected positions into special_tokens_mask, which belongs to the caller
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    chosen = (torch.rand(input_ids.shape, generator=generator) < probability) & ~special_tokens_mask
    special_tokens_mask |= chosen
    return chosen
