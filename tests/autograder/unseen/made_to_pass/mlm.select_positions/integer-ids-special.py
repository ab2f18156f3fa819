# MISTAKE: takes ids 0, 2, 3 for special instead of reading special_tokens_mask
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    special = (input_ids == 0) | (input_ids == 2) | (input_ids == 3)
    return (torch.rand(input_ids.shape, generator=generator) < probability) & ~special
