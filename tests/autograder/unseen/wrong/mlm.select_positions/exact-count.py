# MISTAKE: Exactly round(p * n) of the ordinary positions are selected, so positions are not independent.
# KIND: own
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability must lie in [0, 1], got {probability}")
    selected = torch.zeros(input_ids.shape, dtype=torch.bool)
    candidates = (~special_tokens_mask).nonzero()
    count = round(probability * len(candidates))
    chosen = candidates[torch.randperm(len(candidates), generator=generator)[:count]]
    selected[chosen[:, 0], chosen[:, 1]] = True
    return selected
