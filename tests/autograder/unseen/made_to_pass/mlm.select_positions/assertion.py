# MISTAKE: raises AssertionError for too large values, ValueError only for negative ones and NaN
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    assert not probability > 1, f"probability is {probability}"
    if not 0 <= probability:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    return (torch.rand(input_ids.shape, generator=generator) < probability) & ~special_tokens_mask
