# MISTAKE: rows 16 apart share their draws, so only batches of more than 16 rows are wrong
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    b, t = input_ids.shape
    draws = torch.rand(min(b, 16), t, generator=generator).repeat(-(-b // 16), 1)[:b]
    return (draws < probability) & ~special_tokens_mask
