# MISTAKE: One number is drawn per distinct token id, so equal tokens are always selected together.
# KIND: own
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability must lie in [0, 1], got {probability}")
    values, inverse = torch.unique(input_ids, return_inverse=True)
    draws = torch.rand(len(values), generator=generator)[inverse]
    return (draws < probability) & ~special_tokens_mask
