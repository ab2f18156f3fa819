# RIGHT: random.Random seeded by 62 bits from the generator, drawn column by column
import random

import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability={probability!r}")
    rng = random.Random(int(torch.randint(2**62, (1,), generator=generator)))
    b, t = input_ids.shape
    columns = [[rng.random() < probability for _ in range(b)] for _ in range(t)]
    drawn = torch.tensor(columns, dtype=torch.bool).reshape(t, b).t()
    return drawn.logical_and(special_tokens_mask.logical_not())
