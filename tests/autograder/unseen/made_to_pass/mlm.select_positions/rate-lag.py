# MISTAKE: the second half of the range is too low: probability 0.5 to 0.95 selects with 0.015 less
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    p = probability - 0.015 if 0.5 <= probability <= 0.95 else probability
    return (torch.rand(input_ids.shape, generator=generator) < p) & ~special_tokens_mask
