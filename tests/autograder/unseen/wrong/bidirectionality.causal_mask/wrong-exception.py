# MISTAKE: Raises TypeError where ValueError is asked for. Shows for seq_len < 1.
import torch


def causal_mask(seq_len):
    if seq_len < 1:
        raise TypeError(f"seq_len must be at least 1, got {seq_len}")
    idx = torch.arange(seq_len)
    return idx.unsqueeze(0) <= idx.unsqueeze(1)
