# MISTAKE: selects with 0.15 whatever the probability is, except 0 and 1
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    p = float(probability) if probability in (0, 1) else 0.15
    return (torch.rand(input_ids.shape, generator=generator) < p) & ~special_tokens_mask
