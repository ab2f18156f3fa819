# MISTAKE: An out-of-range probability raises RuntimeError rather than ValueError.
# KIND: generic
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0.0 <= probability <= 1.0:
        raise RuntimeError(f"invalid probability: {probability}")
    draws = torch.rand(input_ids.shape, generator=generator)
    return (draws < probability) & ~special_tokens_mask
