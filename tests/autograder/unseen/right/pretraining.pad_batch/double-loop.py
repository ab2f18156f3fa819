# RIGHT: two loops over lists
import torch


def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("sequences is empty")
    longest = max(len(s) for s in sequences)
    ids, mask = [], []
    for s in sequences:
        missing = longest - len(s)
        ids.append(list(s) + [pad_id] * missing)
        mask.append([True] * len(s) + [False] * missing)
    return torch.tensor(ids, dtype=torch.long), torch.tensor(mask, dtype=torch.bool)
