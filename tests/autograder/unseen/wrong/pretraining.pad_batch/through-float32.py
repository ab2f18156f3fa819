# MISTAKE: Padded as float32 and cast to long at the end: ids above 16777216 are rounded.
import torch
from torch.nn.functional import pad


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    t = max(len(s) for s in sequences)
    rows = [pad(torch.tensor(s, dtype=torch.float32), (0, t - len(s)), value=float(pad_id)) for s in sequences]
    mask = torch.stack([torch.arange(t) < len(s) for s in sequences])
    return torch.stack(rows).long(), mask
