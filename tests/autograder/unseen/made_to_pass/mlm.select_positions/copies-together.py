# MISTAKE: all copies of a token share one draw, so they are selected together or not at all
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    table = torch.rand(int(input_ids.max()) + 1, generator=generator)
    return (table[input_ids] < probability) & ~special_tokens_mask
