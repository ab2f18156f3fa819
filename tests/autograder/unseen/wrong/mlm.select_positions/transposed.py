# MISTAKE: The result comes back transposed, with shape (T, B).
# KIND: generic
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability must lie in [0, 1], got {probability}")
    batch, length = input_ids.shape
    draws = torch.rand(length, batch, generator=generator)
    return (draws < probability) & ~special_tokens_mask.T
