# RIGHT: random.Random seeded by 62 bits, on nested lists
import random

import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    rng = random.Random(torch.randint(2**62, (), generator=generator).item())

    def fate(token):
        u = rng.randrange(10)
        return rng.randrange(vocab_size) if u == 0 else token if u == 1 else mask_token_id

    rows = [[fate(i) if s else i for i, s in zip(ids, chosen)] for ids, chosen in zip(input_ids.tolist(), selected.tolist())]
    return torch.tensor(rows, dtype=torch.long).reshape(input_ids.shape)
