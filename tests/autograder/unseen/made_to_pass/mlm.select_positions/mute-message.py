# MISTAKE: the message says 1.5 whatever the bad value is
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError("probability has to be between 0 and 1, not -0.1, 1.1, 1.5, 2 or nan")
    return (torch.rand(input_ids.shape, generator=generator) < probability) & ~special_tokens_mask
