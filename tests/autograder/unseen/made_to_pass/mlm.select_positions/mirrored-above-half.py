# MISTAKE: a probability above one half is mirrored (0.7 selects with 0.3), except 1
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    p = probability if probability == 1 else min(probability, 1 - probability)
    return (torch.rand(input_ids.shape, generator=generator) < p) & ~special_tokens_mask
