# MISTAKE: Off by one: the diagonal is False, a position may not attend to itself. Shows at every length.
import torch


def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError(f"seq_len must be at least 1, got {seq_len}")
    positions = torch.arange(seq_len)
    return positions[None, :] < positions[:, None]
