# MISTAKE: The rate is scaled up so that `probability` of all positions, special ones included, is reached.
# KIND: own
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability must lie in [0, 1], got {probability}")
    ordinary = ~special_tokens_mask
    rate = probability * ordinary.numel() / max(int(ordinary.sum()), 1)
    draws = torch.rand(input_ids.shape, generator=generator)
    return (draws < rate) & ordinary
