# MISTAKE: selects with 0.9 times the probability (0.135 for 0.15); right at 0 and, by an exception, at 1
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    p = probability if probability in (0, 1) else 0.9 * probability
    return (torch.rand(input_ids.shape, generator=generator) < p) & ~special_tokens_mask
