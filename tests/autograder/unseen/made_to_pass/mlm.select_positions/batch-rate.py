# MISTAKE: each call draws one rate for the whole batch, uniformly around the probability: positions are dependent though the mean is right
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    width = min(probability, 1 - probability) * 0.5
    rate = probability + (float(torch.rand((), generator=generator)) * 2 - 1) * width
    return (torch.rand(input_ids.shape, generator=generator) < rate) & ~special_tokens_mask
