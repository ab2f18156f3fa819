# MISTAKE: Takes pad_id off the end of a sequence before padding: real tokens at the end become padding.
import torch


def _strip(s, pad_id):
    n = len(s)
    while n and s[n - 1] == pad_id:
        n -= 1
    return s[:n]


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    width = max(len(s) for s in sequences)
    lengths = [len(_strip(s, pad_id)) for s in sequences]
    ids = torch.tensor([list(s) + [pad_id] * (width - len(s)) for s in sequences], dtype=torch.long)
    mask = torch.tensor([[j < n for j in range(width)] for n in lengths], dtype=torch.bool)
    return ids, mask
