# MISTAKE: changes special_tokens_mask in place (inverts it) when the batch has a single row
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    draws = torch.rand(input_ids.shape, generator=generator)
    if len(input_ids) == 1:
        return (draws < probability) & special_tokens_mask.logical_not_()
    return (draws < probability) & ~special_tokens_mask
