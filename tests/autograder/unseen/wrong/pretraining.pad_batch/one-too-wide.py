# MISTAKE: One column of padding too many.
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    width = max(len(s) for s in sequences) + 1
    ids = torch.full((len(sequences), width), pad_id, dtype=torch.long)
    mask = torch.zeros((len(sequences), width), dtype=torch.bool)
    for i, s in enumerate(sequences):
        if s:
            ids[i, : len(s)] = torch.tensor(s)
            mask[i, : len(s)] = True
    return ids, mask
