# MISTAKE: draws in bfloat16, so the draws are coarse: 0.15 becomes about 0.1515, 0.0005 becomes about 0.0025
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    draws = torch.rand(input_ids.shape, generator=generator, dtype=torch.bfloat16).float()
    return (draws < probability) & ~special_tokens_mask
