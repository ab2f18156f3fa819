# MISTAKE: The mask is a LongTensor of ones and zeros, as in other libraries.
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("empty batch")
    ids, mask = [], []
    width = max(len(s) for s in sequences)
    for s in sequences:
        pad = width - len(s)
        ids.append(s + pad * [pad_id])
        mask.append(len(s) * [1] + pad * [0])
    return torch.tensor(ids, dtype=torch.long), torch.tensor(mask, dtype=torch.long)
