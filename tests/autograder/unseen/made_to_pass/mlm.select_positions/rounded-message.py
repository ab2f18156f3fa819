# MISTAKE: the message rounds the bad value to one digit, so 1.04 is called 1.0
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability:.1f}, but has to be between 0 and 1")
    return (torch.rand(input_ids.shape, generator=generator) < probability) & ~special_tokens_mask
