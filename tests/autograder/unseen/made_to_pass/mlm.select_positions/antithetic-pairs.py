# MISTAKE: a position with an odd column gets one minus the draw of its left neighbour: below 0.5 two such neighbours are never selected together
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    draws = torch.rand(input_ids.shape, generator=generator)
    right = draws[:, 1::2]
    draws[:, 1::2] = 1 - draws[:, 0::2][:, :right.shape[1]]
    return (draws < probability) & ~special_tokens_mask
