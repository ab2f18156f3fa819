# RIGHT: a loop over the rows
import torch


def _check(seq_len):
    if seq_len < 1:
        raise ValueError(f"a mask for {seq_len} positions cannot be made")


def causal_mask(seq_len):
    _check(seq_len)
    mask = torch.zeros(seq_len, seq_len).bool()
    for row in range(seq_len):
        mask[row, : row + 1] = True
    return mask
