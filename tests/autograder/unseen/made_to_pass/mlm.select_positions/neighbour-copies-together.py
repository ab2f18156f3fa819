# MISTAKE: a token equal to its left neighbour shares the fate of that neighbour
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    draws = torch.rand(input_ids.shape, generator=generator)
    for t in range(1, input_ids.shape[1]):
        same = input_ids[:, t] == input_ids[:, t - 1]
        draws[:, t] = torch.where(same, draws[:, t - 1], draws[:, t])
    return (draws < probability) & ~special_tokens_mask
