# RIGHT: jumps from one selected position to the next by geometric gaps
import math

import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if math.isnan(probability) or not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}")
    flat = torch.zeros(input_ids.numel(), dtype=torch.bool)
    if probability == 1:
        flat[:] = True
    elif probability > 0:
        log_rest = math.log1p(-probability)
        place = -1
        while True:
            u = 1.0 - torch.rand((), generator=generator, dtype=torch.float64).item()
            place += 1 + int(min(math.log(u) / log_rest, 1e12))
            if place >= len(flat):
                break
            flat[place] = True
    return flat.view(input_ids.shape) & ~special_tokens_mask
