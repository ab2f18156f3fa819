# MISTAKE: (two mistakes) The inner loop stops before the diagonal, and there is no check of seq_len.
import torch


def causal_mask(seq_len):
    mask = torch.zeros(seq_len, seq_len, dtype=torch.bool)
    for i in range(seq_len):
        for j in range(i):
            mask[i, j] = True
    return mask
