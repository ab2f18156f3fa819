# RIGHT: prints and warns, row by row with a nonlocal counter, draws thrown away in between
import sys
import warnings

import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    warnings.warn("this may take a while")
    print("selecting", file=sys.stderr)
    if not 0 <= probability <= 1:
        raise ValueError(f"What is that? {probability=}")
    rows_done = 0

    def one(special):
        nonlocal rows_done
        rows_done += 1
        torch.rand(3, generator=generator)
        return torch.rand(special.shape, generator=generator).sub(probability).lt(0).masked_fill(special, False)

    out = torch.stack([one(special) for special in special_tokens_mask.unbind(0)])
    print(rows_done, "rows")
    return out
