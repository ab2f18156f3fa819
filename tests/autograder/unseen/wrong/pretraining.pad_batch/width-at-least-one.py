# MISTAKE: The width is at least 1, so that a batch of empty sequences has shape (B, 1).
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("nothing to pad")
    width = max(1, max(len(s) for s in sequences))
    ids = torch.full((len(sequences), width), pad_id, dtype=torch.long)
    mask = torch.zeros((len(sequences), width), dtype=torch.bool)
    for i, s in enumerate(sequences):
        for j, token in enumerate(s):
            ids[i, j] = token
            mask[i, j] = True
    return ids, mask
