# MISTAKE: special_tokens_mask is inverted in place, so the caller's mask has changed afterwards.
# KIND: generic
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability must lie in [0, 1], got {probability}")
    draws = torch.rand(input_ids.shape, generator=generator)
    ordinary = special_tokens_mask.logical_not_()
    return (draws < probability) & ordinary
