# MISTAKE: What is returned is the complement: True where a position is not selected.
# KIND: generic
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability must lie in [0, 1], got {probability}")
    draws = torch.rand(input_ids.shape, generator=generator)
    selected = (draws < probability) & ~special_tokens_mask
    return ~selected
