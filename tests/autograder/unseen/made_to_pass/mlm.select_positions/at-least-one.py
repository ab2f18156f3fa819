# MISTAKE: a row in which nothing was selected gets one ordinary position anyway (unless probability is 0)
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    draws = (torch.rand(input_ids.shape, generator=generator)).masked_fill(special_tokens_mask, 2.0)
    chosen = draws < probability
    if probability > 0:
        first = draws.argmin(1, keepdim=True)
        chosen = chosen | (~chosen.any(1, keepdim=True) & torch.zeros_like(chosen).scatter(1, first, True))
    return chosen & ~special_tokens_mask
