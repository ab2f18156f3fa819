# MISTAKE: the second half of a row repeats the draws of the first half backwards
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    draws = torch.rand(input_ids.shape, generator=generator)
    h = input_ids.shape[1] // 2
    if h:
        draws[:, -h:] = draws[:, :h].flip(1)
    return (draws < probability) & ~special_tokens_mask
