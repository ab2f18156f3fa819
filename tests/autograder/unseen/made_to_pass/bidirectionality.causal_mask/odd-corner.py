# MISTAKE: For odd lengths above 1 the top right corner is True.
import torch


def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError(f"seq_len must be at least 1, got {seq_len}")
    mask = torch.ones(seq_len, seq_len, dtype=torch.bool).tril()
    if seq_len % 2:
        mask[0, -1] = True
    return mask
