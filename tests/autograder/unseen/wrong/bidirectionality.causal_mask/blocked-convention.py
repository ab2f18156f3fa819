# MISTAKE: True means "blocked", as in nn.MultiheadAttention: the strict upper triangle. Shows at every length.
import torch


def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError(f"seq_len must be at least 1, got {seq_len}")
    return torch.triu(torch.ones(seq_len, seq_len), diagonal=1).bool()
