# RIGHT: a lambda and a helper that raises
import torch


def _bad(p):
    raise ValueError(f"{p} is out of range")


select_positions = lambda input_ids, special_tokens_mask, probability, generator: (
    torch.empty(input_ids.shape, dtype=torch.float64).uniform_(0, 1, generator=generator).lt(probability)
    & ~special_tokens_mask
    if 0 <= probability <= 1
    else _bad(probability)
)
