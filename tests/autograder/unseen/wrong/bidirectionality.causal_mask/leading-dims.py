# MISTAKE: The shape is (1, 1, T, T), ready for broadcasting over heads, instead of (T, T). Shows at every length.
import torch


def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError(f"seq_len must be at least 1, got {seq_len}")
    return torch.tril(torch.ones(1, 1, seq_len, seq_len, dtype=torch.bool))
