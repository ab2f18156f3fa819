# MISTAKE: a probability above 0.99 selects everything
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    p = 1.0 if probability > 0.99 else probability
    return (torch.rand(input_ids.shape, generator=generator) < p) & ~special_tokens_mask
