# MISTAKE: The mask is an int64 tensor. Shows at every length (dtype).
import torch


def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError(f"seq_len must be at least 1, got {seq_len}")
    return torch.tensor([[int(j <= i) for j in range(seq_len)] for i in range(seq_len)])
