# MISTAKE: 0.15 is turned into 0.16, every other probability is right
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    p = 0.16 if probability == 0.15 else probability
    return (torch.rand(input_ids.shape, generator=generator) < p) & ~special_tokens_mask
