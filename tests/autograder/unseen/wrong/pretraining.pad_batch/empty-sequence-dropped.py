# MISTAKE: Empty sequences are left out, so that the batch has fewer rows.
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    full = [s for s in sequences if s]
    width = max((len(s) for s in full), default=0)
    ids = torch.tensor([s + [pad_id] * (width - len(s)) for s in full], dtype=torch.long)
    mask = torch.tensor([[True] * len(s) + [False] * (width - len(s)) for s in full], dtype=torch.bool)
    return ids, mask
