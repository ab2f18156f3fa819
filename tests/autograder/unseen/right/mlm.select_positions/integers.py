# RIGHT: 53-bit integers below p * 2**53
import torch

TOP = 2**53


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError("%s" % probability)
    draws = torch.randint(0, TOP, input_ids.shape, generator=generator)
    return torch.logical_and(draws < int(probability * TOP), ~special_tokens_mask)
