# MISTAKE: For equally long sequences the mask is a single row of shape (T,).
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    lengths = {len(s) for s in sequences}
    t = max(lengths)
    ids = torch.tensor([s + [pad_id] * (t - len(s)) for s in sequences], dtype=torch.long)
    if len(lengths) == 1:
        return ids, torch.ones(t, dtype=torch.bool)
    mask = torch.tensor([[j < len(s) for j in range(t)] for s in sequences], dtype=torch.bool)
    return ids, mask
