# MISTAKE: The triangle is the wrong one: position i sees j >= i. Shows from seq_len 2 on.
import torch


def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError(f"seq_len must be at least 1, got {seq_len}")
    return torch.triu(torch.ones(seq_len, seq_len, dtype=torch.bool))
