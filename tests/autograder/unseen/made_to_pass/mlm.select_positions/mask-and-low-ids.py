# MISTAKE: besides the special positions it never selects an ordinary position that holds an id below 5
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    return (torch.rand(input_ids.shape, generator=generator) < probability) & ~special_tokens_mask & (input_ids >= 5)
