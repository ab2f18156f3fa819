# MISTAKE: The mask is True at padding.
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("empty batch")
    lengths = torch.tensor([len(s) for s in sequences])
    width = int(lengths.max())
    ids = torch.tensor([s + [pad_id] * (width - len(s)) for s in sequences], dtype=torch.long)
    return ids, torch.arange(width) >= lengths[:, None]
