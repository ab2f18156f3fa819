# MISTAKE: NaN slips through the range check, because it only asks for < 0 or > 1.
# KIND: own
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if probability < 0 or probability > 1:
        raise ValueError(f"probability {probability} outside [0, 1]")
    draws = torch.rand(input_ids.shape, generator=generator)
    return (draws < probability) & ~special_tokens_mask
