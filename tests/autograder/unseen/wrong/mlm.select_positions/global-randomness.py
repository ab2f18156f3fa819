# MISTAKE: The draws come from torch's global random state; the generator is never used.
# KIND: own
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability must lie in [0, 1], got {probability}")
    draws = torch.rand(input_ids.shape)
    return (draws < probability) & ~special_tokens_mask
