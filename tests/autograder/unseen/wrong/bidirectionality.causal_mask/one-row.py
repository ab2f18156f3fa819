# MISTAKE: Only the last row, a vector of T values, is returned. Shows at every length.
import torch


def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError(f"seq_len must be at least 1, got {seq_len}")
    return torch.arange(seq_len) <= seq_len - 1
