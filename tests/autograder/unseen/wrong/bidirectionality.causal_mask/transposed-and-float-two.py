# MISTAKE: (two mistakes) Rows and columns are swapped (j >= i), and the result is a float tensor.
import torch


def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError(f"seq_len must be at least 1, got {seq_len}")
    mask = torch.zeros(seq_len, seq_len)
    for i in range(seq_len):
        for j in range(i + 1):
            mask[j, i] = 1
    return mask
