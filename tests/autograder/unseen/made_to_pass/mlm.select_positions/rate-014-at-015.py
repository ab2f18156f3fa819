# MISTAKE: between 0.12 and 0.18 it selects with 0.01 less than asked for (0.14 for 0.15), right for every other probability
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    p = probability - 0.01 if 0.12 < probability < 0.18 else probability
    return (torch.rand(input_ids.shape, generator=generator) < p) & ~special_tokens_mask
