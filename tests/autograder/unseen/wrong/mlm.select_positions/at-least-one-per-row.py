# MISTAKE: A row in which nothing was selected gets one ordinary position by force (the one with the lowest draw).
# KIND: own
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability must lie in [0, 1], got {probability}")
    draws = torch.rand(input_ids.shape, generator=generator)
    selected = (draws < probability) & ~special_tokens_mask

    for row in range(len(selected)):
        if not selected[row].any() and not special_tokens_mask[row].all():
            selected[row, draws[row].masked_fill(special_tokens_mask[row], 2.0).argmin()] = True
    return selected
