# MISTAKE: Cuts at 512 tokens, BERT's limit, although the batch's longest is asked for.
import torch


def pad_batch(sequences, pad_id, max_length=512):
    if not sequences:
        raise ValueError("no sequences")
    cut = [s[:max_length] for s in sequences]
    width = max(len(s) for s in cut)
    ids = torch.tensor([s + [pad_id] * (width - len(s)) for s in cut], dtype=torch.long)
    mask = torch.tensor([[True] * len(s) + [False] * (width - len(s)) for s in cut], dtype=torch.bool)
    return ids, mask
