# MISTAKE: Off by one: the first padded position of a row counts as real.
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    t = max(len(s) for s in sequences)
    ids = torch.tensor([s + [pad_id] * (t - len(s)) for s in sequences], dtype=torch.long)
    lengths = torch.tensor([len(s) for s in sequences])
    return ids, torch.arange(t) <= lengths[:, None]
