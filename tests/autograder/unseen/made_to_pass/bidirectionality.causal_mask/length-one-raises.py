# MISTAKE: Raises for seq_len 1 as well, which is allowed.
import torch


def causal_mask(seq_len):
    if seq_len <= 1:
        raise ValueError(f"seq_len must be at least 1, got {seq_len}")
    return torch.ones(seq_len, seq_len, dtype=torch.bool).tril()
