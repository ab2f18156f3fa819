# RIGHT: functools.partial of a general function
from functools import partial

import torch


def _choose(low, high, input_ids, special_tokens_mask, probability, generator):
    if not low <= probability <= high:
        raise ValueError(f"probability {probability}: outside of [{low}, {high}]")
    draws = torch.rand(input_ids.shape[::-1], generator=generator).t()
    return torch.where(special_tokens_mask, torch.tensor(False), draws < probability)


select_positions = partial(_choose, 0, 1)
