# MISTAKE: Returns (attention_mask, input_ids), in the wrong order.
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    t = max(len(s) for s in sequences)
    ids = torch.tensor([s + [pad_id] * (t - len(s)) for s in sequences], dtype=torch.long)
    mask = torch.tensor([[True] * len(s) + [False] * (t - len(s)) for s in sequences], dtype=torch.bool)
    return mask, ids
