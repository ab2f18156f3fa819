# MISTAKE: probability is rounded to whole percents, so 0.004 selects nothing and 0.125 selects 12 %
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    p = round(probability * 100) / 100
    return (torch.rand(input_ids.shape, generator=generator) < p) & ~special_tokens_mask
