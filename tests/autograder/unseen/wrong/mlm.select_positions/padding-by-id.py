# MISTAKE: Positions are protected where their id is 0; the special-tokens mask is not looked at.
# KIND: own
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability must lie in [0, 1], got {probability}")
    draws = torch.rand(input_ids.shape, generator=generator)
    return (draws < probability) & (input_ids != 0)
