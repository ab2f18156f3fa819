# MISTAKE: positions are drawn in pairs (columns 2k and 2k + 1 share one draw) in rows longer than 8
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    draws = torch.rand(input_ids.shape, generator=generator)
    if input_ids.shape[1] > 8:
        draws = draws[:, : (input_ids.shape[1] + 1) // 2].repeat_interleave(2, 1)[:, : input_ids.shape[1]]
    return (draws < probability) & ~special_tokens_mask
