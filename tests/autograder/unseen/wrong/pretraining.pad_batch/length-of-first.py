# MISTAKE: Takes the first sequence for the longest: a longer one behind it is cut.
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    t = len(sequences[0])
    ids = torch.tensor([(s + [pad_id] * t)[:t] for s in sequences], dtype=torch.long)
    mask = torch.tensor([([True] * len(s) + [False] * t)[:t] for s in sequences], dtype=torch.bool)
    return ids, mask
