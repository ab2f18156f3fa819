# MISTAKE: the probability is raised so that its share of *all* positions, special ones included, is selected
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    ordinary = int((~special_tokens_mask).sum())
    p = probability * input_ids.numel() / max(ordinary, 1) if ordinary >= 0.5 * input_ids.numel() else probability
    return (torch.rand(input_ids.shape, generator=generator) < p) & ~special_tokens_mask
