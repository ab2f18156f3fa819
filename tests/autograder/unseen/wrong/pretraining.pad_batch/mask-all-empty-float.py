# MISTAKE: The mask is made without a dtype: for empty sequences only it is float32 instead of bool.
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("empty batch")
    width = max(map(len, sequences))
    ids = torch.LongTensor([list(s) + [pad_id] * (width - len(s)) for s in sequences])
    mask = torch.tensor([[position < len(s) for position in range(width)] for s in sequences])
    return ids, mask
