# RIGHT: numpy arrays of int64 and bool, handed to torch
import numpy as np
import torch


def pad_batch(sequences, pad_id):
    n = len(sequences)
    if n < 1:
        raise ValueError(f"need at least one sequence, got {n}")
    t = max(map(len, sequences))
    ids = np.full((n, t), pad_id, dtype=np.int64)
    real = np.zeros((n, t), dtype=bool)
    for i in range(n):
        k = len(sequences[i])
        ids[i, :k] = sequences[i]
        real[i, :k] = True
    return torch.from_numpy(ids), torch.from_numpy(real)
