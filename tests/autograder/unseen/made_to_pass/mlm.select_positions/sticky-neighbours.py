# MISTAKE: with probability 1/4 a position copies the draw of its left neighbour, so selections come in clumps (the rate is right)
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    draws = torch.rand(input_ids.shape, generator=generator)
    stick = torch.rand(input_ids.shape, generator=generator) < 0.25
    for t in range(1, input_ids.shape[1]):
        draws[:, t] = torch.where(stick[:, t], draws[:, t - 1], draws[:, t])
    return (draws < probability) & ~special_tokens_mask
