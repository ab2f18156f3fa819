# MISTAKE: Handles up to four sequences and drops the rest.
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    rows = sequences[:4]
    t = max(len(s) for s in rows)
    ids = torch.tensor([s + [pad_id] * (t - len(s)) for s in rows], dtype=torch.long)
    mask = torch.tensor([[j < len(s) for j in range(t)] for s in rows], dtype=torch.bool)
    return ids, mask
