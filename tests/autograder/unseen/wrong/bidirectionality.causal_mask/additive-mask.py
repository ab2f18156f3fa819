# MISTAKE: Gives the additive form, 0 and -inf, in place of booleans. Shows at every length.
import torch


def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError(f"seq_len must be at least 1, got {seq_len}")
    mask = torch.full((seq_len, seq_len), float("-inf"))
    return torch.triu(mask, diagonal=1)
