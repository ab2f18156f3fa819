# MISTAKE: The range of probability is never checked.
# KIND: generic
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    draws = torch.rand(input_ids.shape, generator=generator)
    return (draws < probability) & ~special_tokens_mask
