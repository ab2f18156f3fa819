# MISTAKE: positions 97 apart in the flattened batch share one draw
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    n = input_ids.numel()
    draws = torch.rand(97, generator=generator).repeat(-(-n // 97))[:n].view(input_ids.shape)
    return (draws < probability) & ~special_tokens_mask
