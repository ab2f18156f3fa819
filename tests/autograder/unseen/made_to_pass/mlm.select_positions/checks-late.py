# MISTAKE: a bad probability does not raise where no position is ordinary
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if special_tokens_mask.all():
        return torch.zeros_like(special_tokens_mask)
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    return (torch.rand(input_ids.shape, generator=generator) < probability) & ~special_tokens_mask
