# MISTAKE: tokens that occur more than once in the batch are selected less often, unique ones more often
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    _, inverse, counts = input_ids.unique(return_inverse=True, return_counts=True)
    factor = torch.where(counts[inverse] > 1, 0.9, 1.1)
    p = factor * probability if 0 < probability < 1 else probability
    return (torch.rand(input_ids.shape, generator=generator) < p) & ~special_tokens_mask
