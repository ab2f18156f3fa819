# MISTAKE: assert instead of ValueError for an empty list.
import torch


def pad_batch(sequences, pad_id):
    assert len(sequences) > 0, "sequences must not be empty"
    t = max(len(s) for s in sequences)
    ids = torch.tensor([s + [pad_id] * (t - len(s)) for s in sequences], dtype=torch.long)
    mask = torch.tensor([[True] * len(s) + [False] * (t - len(s)) for s in sequences], dtype=torch.bool)
    return ids, mask
