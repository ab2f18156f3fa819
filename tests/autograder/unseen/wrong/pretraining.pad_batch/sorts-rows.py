# MISTAKE: Returns the rows sorted by length, longest first.
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    rows = sorted(sequences, key=len, reverse=True)
    t = len(rows[0])
    ids = torch.tensor([r + [pad_id] * (t - len(r)) for r in rows], dtype=torch.long)
    mask = torch.tensor([[True] * len(r) + [False] * (t - len(r)) for r in rows], dtype=torch.bool)
    return ids, mask
