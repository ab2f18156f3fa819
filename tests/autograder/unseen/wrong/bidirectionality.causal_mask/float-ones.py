# MISTAKE: The mask is a float tensor of ones and zeros, not a BoolTensor. Shows at every length (dtype).
import torch


def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError(f"seq_len must be at least 1, got {seq_len}")
    return torch.tril(torch.ones(seq_len, seq_len))
