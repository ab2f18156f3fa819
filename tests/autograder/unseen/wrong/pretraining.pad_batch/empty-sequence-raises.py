# MISTAKE: An empty sequence raises, but it is a row of padding.
import torch


def pad_batch(sequences, pad_id):
    if not sequences or not all(sequences):
        raise ValueError(f"empty sequence in {sequences}")
    width = max(map(len, sequences))
    ids = torch.tensor([s + [pad_id] * (width - len(s)) for s in sequences])
    mask = torch.tensor([[j < len(s) for j in range(width)] for s in sequences])
    return ids, mask
