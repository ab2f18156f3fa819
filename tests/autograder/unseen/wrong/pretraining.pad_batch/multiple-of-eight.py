# MISTAKE: Pads to a multiple of 8 ("faster on a GPU") instead of the longest.
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    longest = max(len(s) for s in sequences)
    width = -(-longest // 8) * 8
    ids = torch.tensor([s + [pad_id] * (width - len(s)) for s in sequences], dtype=torch.long)
    mask = torch.tensor([[True] * len(s) + [False] * (width - len(s)) for s in sequences], dtype=torch.bool)
    return ids, mask
