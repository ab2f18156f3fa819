# RIGHT: lists of Python booleans
import torch


def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError("seq_len=" + str(seq_len))
    return torch.tensor([[True] * (i + 1) + [False] * (seq_len - i - 1) for i in range(seq_len)])
