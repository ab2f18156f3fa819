# MISTAKE: squeeze at the end: a batch of one sequence comes back as (T,).
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    t = max(len(s) for s in sequences)
    ids = torch.tensor([s + [pad_id] * (t - len(s)) for s in sequences], dtype=torch.long)
    mask = torch.tensor([[j < len(s) for j in range(t)] for s in sequences], dtype=torch.bool)
    return ids.squeeze(0), mask.squeeze(0)
