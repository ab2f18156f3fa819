# RIGHT: one comprehension over (row, column) pairs, reshaped at the end
import torch


def pad_batch(sequences, pad_id):
    if len(sequences) < 1:
        raise ValueError("the list of sequences is empty")
    height, width = len(sequences), max(len(s) for s in sequences)
    cells = [(s[j], 1) if j < len(s) else (pad_id, 0) for s in sequences for j in range(width)]
    ids = torch.tensor([c[0] for c in cells], dtype=torch.long).reshape(height, width)
    mask = torch.tensor([c[1] for c in cells], dtype=torch.uint8).reshape(height, width).bool()
    return ids, mask
