# MISTAKE: draws only a thousand different values, so 0.0002 selects five times too many and 0.9995 selects everything
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    draws = torch.randint(0, 1000, input_ids.shape, generator=generator)
    return (draws < probability * 1000) & ~special_tokens_mask
