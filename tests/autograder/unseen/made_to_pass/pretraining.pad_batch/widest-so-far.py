# MISTAKE: Pads to the longest sequence of all calls so far, kept in a global.
import torch

_widest = 0


def pad_batch(sequences, pad_id):
    global _widest
    if not sequences:
        raise ValueError("no sequences")
    _widest = max(_widest, max(len(s) for s in sequences))
    ids = torch.tensor([s + [pad_id] * (_widest - len(s)) for s in sequences], dtype=torch.long)
    mask = torch.tensor([[j < len(s) for j in range(_widest)] for s in sequences], dtype=torch.bool)
    return ids, mask
