# MISTAKE: The message says "got 0" whatever the value was: wrong for negative lengths.
import torch


def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError("seq_len must be positive, got 0")
    return torch.ones(seq_len, seq_len, dtype=torch.bool).tril()
