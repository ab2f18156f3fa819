# MISTAKE: Prints the mask and returns nothing. Shows at every call.
import torch


def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError(f"seq_len must be at least 1, got {seq_len}")
    mask = torch.tril(torch.ones(seq_len, seq_len, dtype=torch.bool))
    print(mask)
