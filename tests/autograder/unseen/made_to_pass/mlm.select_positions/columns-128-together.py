# MISTAKE: positions 128 apart in a row share one draw, so only rows longer than that are wrong
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    b, t = input_ids.shape
    draws = torch.rand(b, min(t, 128), generator=generator).repeat(1, -(-t // 128))[:, :t]
    return (draws < probability) & ~special_tokens_mask
