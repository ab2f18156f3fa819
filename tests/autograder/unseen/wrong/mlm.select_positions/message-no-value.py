# MISTAKE: The ValueError's message does not contain the bad probability.
# KIND: generic
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not (0 <= probability <= 1):
        raise ValueError("probability must be between 0 and 1")
    draws = torch.rand(input_ids.shape, generator=generator)
    return (draws < probability) & ~special_tokens_mask
