# RIGHT: the running sum of the identity down the rows
import torch


def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError(f"seq_len {seq_len} is below 1")
    return torch.eye(seq_len, dtype=torch.long).cumsum(dim=0) > 0
