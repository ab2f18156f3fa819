# MISTAKE: torch.tensor without a dtype: a batch of empty sequences only comes out as float32.
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("empty batch")
    width = max(len(s) for s in sequences)
    ids = torch.tensor([s + [pad_id] * (width - len(s)) for s in sequences])
    mask = torch.tensor([[True] * len(s) + [False] * (width - len(s)) for s in sequences]).bool()
    return ids, mask
