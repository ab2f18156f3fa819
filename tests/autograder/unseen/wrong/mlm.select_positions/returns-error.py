# MISTAKE: The ValueError for a bad probability is returned instead of raised.
# KIND: generic
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        return ValueError(f"invalid probability: {probability}")
    draws = torch.rand(input_ids.shape, generator=generator)
    return (draws < probability) & ~special_tokens_mask
