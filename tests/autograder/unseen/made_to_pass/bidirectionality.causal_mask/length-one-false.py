# MISTAKE: Right from length 2 on; seq_len 1 gives [[False]].
import torch


def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError(f"seq_len must be at least 1, got {seq_len}")
    if seq_len == 1:
        return torch.zeros(1, 1, dtype=torch.bool)
    return torch.ones(seq_len, seq_len, dtype=torch.bool).tril()
