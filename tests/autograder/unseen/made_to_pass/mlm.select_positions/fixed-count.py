# MISTAKE: selects a fixed number of positions of the batch, round(probability * ordinary positions)
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    ordinary = (~special_tokens_mask).reshape(-1).nonzero().squeeze(1)
    order = torch.randperm(len(ordinary), generator=generator)
    chosen = ordinary[order[: round(probability * len(ordinary))]]
    out = torch.zeros(input_ids.numel(), dtype=torch.bool)
    out[chosen] = True
    return out.view(input_ids.shape)
