# MISTAKE: the probability falls along the row, from 1.1 times to 0.9 times the one asked for; the mean is right
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    slope = torch.linspace(1.1, 0.9, input_ids.shape[1])
    p = slope * probability if 0 < probability < 0.9 else probability
    return (torch.rand(input_ids.shape, generator=generator) < p) & ~special_tokens_mask
