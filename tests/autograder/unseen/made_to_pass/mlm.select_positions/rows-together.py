# MISTAKE: one draw per column: all rows of a batch get the same selection
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    draws = torch.rand(input_ids.shape[1], generator=generator).expand(input_ids.shape)
    return (draws < probability) & ~special_tokens_mask
