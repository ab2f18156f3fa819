# MISTAKE: Pads on the left.
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("empty batch")
    n = max(len(s) for s in sequences)
    ids = torch.tensor([[pad_id] * (n - len(s)) + s for s in sequences], dtype=torch.long)
    mask = torch.tensor([[False] * (n - len(s)) + [True] * len(s) for s in sequences], dtype=torch.bool)
    return ids, mask
