# MISTAKE: Right up to 16 positions; beyond, a position no longer sees what lies more than 15 back.
import torch


def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError(f"seq_len must be at least 1, got {seq_len}")
    i = torch.arange(seq_len).view(-1, 1)
    j = torch.arange(seq_len).view(1, -1)
    return (j <= i) & (i - j < 16)
