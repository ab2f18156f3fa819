# MISTAKE: The range is left to torch.bernoulli, whose RuntimeError comes instead of a ValueError.
# KIND: generic
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    rates = torch.full(input_ids.shape, float(probability))
    return torch.bernoulli(rates, generator=generator).bool() & ~special_tokens_mask
