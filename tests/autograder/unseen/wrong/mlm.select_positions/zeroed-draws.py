# MISTAKE: Draws at special positions are set to 0, which is below every positive probability, so these are always selected.
# KIND: own
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability must lie in [0, 1], got {probability}")
    draws = torch.rand(input_ids.shape, generator=generator)
    draws = draws.masked_fill(special_tokens_mask, 0.0)
    return draws < probability
