# MISTAKE: draws in half precision, so the draws are coarse: 0.0001 selects about four times too many
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    draws = torch.rand(input_ids.shape, generator=generator, dtype=torch.float16).float()
    return (draws < probability) & ~special_tokens_mask
