# MISTAKE: Built by columns: a batch of empty sequences only has no column, and its shape is (0,) instead of (B, 0).
from itertools import zip_longest
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("nothing to pad")
    columns = list(zip_longest(*sequences))
    ids = torch.tensor([[pad_id if x is None else x for x in c] for c in columns], dtype=torch.long)
    mask = torch.tensor([[x is not None for x in c] for c in columns], dtype=torch.bool)
    return ids.t(), mask.t()
