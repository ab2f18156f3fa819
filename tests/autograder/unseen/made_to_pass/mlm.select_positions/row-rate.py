# MISTAKE: each row draws its own rate around the probability, so positions of one row are dependent though the mean is right
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    width = min(probability, 1 - probability) * 0.6
    rate = probability + (torch.rand(len(input_ids), 1, generator=generator) * 2 - 1) * width
    return (torch.rand(input_ids.shape, generator=generator) < rate) & ~special_tokens_mask
