# MISTAKE: a row in which all ordinary positions were selected (possible in short rows) loses one, unless probability is 1
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    draws = torch.rand(input_ids.shape, generator=generator)
    chosen = (draws < probability) & ~special_tokens_mask
    if probability < 1:
        full = (chosen == ~special_tokens_mask).all(1) & chosen.any(1)
        last = draws.masked_fill(special_tokens_mask, -1.0).argmax(1)
        chosen[full, last[full]] = False
    return chosen
