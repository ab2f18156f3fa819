# MISTAKE: batches of more than 16384 positions are drawn from the global generator
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    if input_ids.numel() > 16384:
        return (torch.rand(input_ids.shape) < probability) & ~special_tokens_mask
    return (torch.rand(input_ids.shape, generator=generator) < probability) & ~special_tokens_mask
