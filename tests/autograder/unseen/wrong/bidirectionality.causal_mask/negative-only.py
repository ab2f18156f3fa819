# MISTAKE: Raises for negative lengths only; seq_len 0 gives an empty mask.
import torch


def causal_mask(seq_len):
    if seq_len < 0:
        raise ValueError(f"seq_len must be at least 1, got {seq_len}")
    return torch.tril(torch.ones(seq_len, seq_len, dtype=torch.bool))
