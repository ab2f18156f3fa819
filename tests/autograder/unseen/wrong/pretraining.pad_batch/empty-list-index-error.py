# MISTAKE: An empty list raises IndexError.
import torch


def pad_batch(sequences, pad_id):
    longest = sequences[0]
    for s in sequences:
        if len(s) > len(longest):
            longest = s
    t = len(longest)
    ids = torch.tensor([s + [pad_id] * (t - len(s)) for s in sequences], dtype=torch.long)
    mask = torch.tensor([[True] * len(s) + [False] * (t - len(s)) for s in sequences], dtype=torch.bool)
    return ids, mask
