# MISTAKE: The ValueError for an empty list has no message.
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError
    t = max(len(s) for s in sequences)
    ids = torch.tensor([[*s, *[pad_id] * (t - len(s))] for s in sequences], dtype=torch.long)
    mask = torch.tensor([[i < len(s) for i in range(t)] for s in sequences], dtype=torch.bool)
    return ids, mask
