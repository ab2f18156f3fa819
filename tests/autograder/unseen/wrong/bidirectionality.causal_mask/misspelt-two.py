# MISTAKE: (two mistakes) The function's name is misspelt (casual_mask), and it has no check.
import torch


def casual_mask(seq_len):
    return torch.tril(torch.ones(seq_len, seq_len, dtype=torch.bool))
