# MISTAKE: The ValueError does not name the bad value. Shows for seq_len < 1.
import torch


def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError("the sequence length has to be positive")
    return torch.tril(torch.ones(seq_len, seq_len, dtype=torch.bool))
