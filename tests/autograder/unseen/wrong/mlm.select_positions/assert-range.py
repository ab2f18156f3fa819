# MISTAKE: An out-of-range probability trips an assert (AssertionError) instead of raising ValueError.
# KIND: generic
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    assert 0 <= probability <= 1, f"bad probability {probability}"
    draws = torch.rand(input_ids.shape, generator=generator)
    return (draws < probability) & ~special_tokens_mask
