# MISTAKE: probability is rounded to a multiple of 0.05 (0.15, 0.3, 0.5 are right, 0.12 or 0.33 are not)
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    p = round(probability * 20) / 20
    return (torch.rand(input_ids.shape, generator=generator) < p) & ~special_tokens_mask
