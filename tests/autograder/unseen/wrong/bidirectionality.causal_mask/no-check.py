# MISTAKE: The check of seq_len is missing: 0 gives an empty mask and a negative number torch's RuntimeError.
import torch


def causal_mask(seq_len):
    return torch.tril(torch.ones(seq_len, seq_len, dtype=torch.bool))
