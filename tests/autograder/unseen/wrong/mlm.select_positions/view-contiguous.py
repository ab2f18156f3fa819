# MISTAKE: It calls .view on the mask, which fails for a mask that is not contiguous.
# KIND: generic
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability must lie in [0, 1], got {probability}")
    special = special_tokens_mask.view(-1)
    draws = torch.rand(special.shape, generator=generator)
    return ((draws < probability) & ~special).view(input_ids.shape)
