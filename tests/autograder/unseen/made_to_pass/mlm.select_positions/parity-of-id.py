# MISTAKE: even ids are selected 10 % more often and odd ids 10 % less often than asked for
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    p = torch.where(input_ids % 2 == 0, 1.1, 0.9) * probability if 0 < probability < 1 else probability
    return (torch.rand(input_ids.shape, generator=generator) < p) & ~special_tokens_mask
