# MISTAKE: The probabilities 0 and 1 themselves are refused.
# KIND: own
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 < probability < 1:
        raise ValueError(f"probability {probability} outside (0, 1)")
    draws = torch.rand(input_ids.shape, generator=generator)
    return (draws < probability) & ~special_tokens_mask
