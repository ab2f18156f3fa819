# MISTAKE: Only 0 is turned away; a negative length is taken as its absolute value.
import torch


def causal_mask(seq_len):
    if seq_len == 0:
        raise ValueError(f"seq_len must be at least 1, got {seq_len}")
    seq_len = abs(seq_len)
    return torch.ones(seq_len, seq_len, dtype=torch.bool).tril()
