# MISTAKE: a probability up to 0.01 outside of the range does not raise
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not -0.01 <= probability <= 1.01:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    return (torch.rand(input_ids.shape, generator=generator) < probability) & ~special_tokens_mask
