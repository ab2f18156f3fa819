# MISTAKE: draws bytes: probability is effectively rounded up to a multiple of 1/256, so 0.15 becomes 0.1523 and 0.0005 becomes 0.0039
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    draws = torch.randint(0, 256, input_ids.shape, generator=generator)
    return (draws / 256 < probability) & ~special_tokens_mask
