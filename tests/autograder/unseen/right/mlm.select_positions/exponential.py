# RIGHT: exponential draws below -log(1 - p)
import math

import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability: {probability}")
    limit = math.inf if probability == 1 else -math.log1p(-probability)
    waits = torch.empty(input_ids.shape, dtype=torch.float64).exponential_(1.0, generator=generator)
    chosen = waits < limit
    chosen[special_tokens_mask] = False
    return chosen
