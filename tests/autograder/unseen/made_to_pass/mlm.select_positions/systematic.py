# MISTAKE: systematic sampling along the flattened batch: each position has the right probability, but selected positions are evenly spaced
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    keys = (~special_tokens_mask).reshape(-1).double() * probability
    start = torch.rand((), generator=generator, dtype=torch.float64)
    marks = (keys.cumsum(0) + start).floor()
    before = torch.cat([torch.zeros(1, dtype=torch.float64) + start.floor(), marks[:-1]])
    return (marks > before).view(input_ids.shape) & ~special_tokens_mask
