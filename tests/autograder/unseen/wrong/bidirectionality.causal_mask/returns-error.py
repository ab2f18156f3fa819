# MISTAKE: The ValueError is returned instead of raised. Shows for seq_len < 1.
import torch


def causal_mask(seq_len):
    if seq_len < 1:
        return ValueError(f"seq_len must be at least 1, got {seq_len}")
    return torch.tril(torch.ones(seq_len, seq_len, dtype=torch.bool))
