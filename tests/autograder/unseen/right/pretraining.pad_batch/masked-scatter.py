# RIGHT: mask first, then all tokens at once into the True places
from itertools import chain

import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    lengths = torch.as_tensor(list(map(len, sequences)))
    mask = lengths.unsqueeze(1) > torch.arange(int(lengths.max()))
    flat = torch.tensor(list(chain.from_iterable(sequences)), dtype=torch.long)
    ids = torch.full(mask.shape, pad_id).masked_scatter(mask, flat)
    return ids, mask
