# MISTAKE: Every row has at least one real position ("so that softmax has something"), also an empty sequence's.
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    lengths = torch.tensor([len(s) for s in sequences])
    width = int(lengths.max())
    ids = torch.tensor([s + [pad_id] * (width - len(s)) for s in sequences], dtype=torch.long)
    mask = torch.arange(width).unsqueeze(0) < lengths.clamp(min=1).unsqueeze(1)
    return ids, mask
