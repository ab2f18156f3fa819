# MISTAKE: Positions are kept as int8 and wrap around: wrong for more than 128 positions.
import torch


def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError(f"seq_len must be at least 1, got {seq_len}")
    p = torch.arange(seq_len).to(torch.int8)
    return p[None, :] <= p[:, None]
