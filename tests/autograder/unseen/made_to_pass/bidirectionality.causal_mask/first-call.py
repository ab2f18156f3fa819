# MISTAKE: The mask of the first call is kept and sliced: right for the first length and shorter, of the wrong shape for longer ones.
import torch


_kept = []


def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError(f"seq_len must be at least 1, got {seq_len}")
    if not _kept:
        _kept.append(torch.ones(seq_len, seq_len, dtype=torch.bool).tril())
    return _kept[0][:seq_len, :seq_len].clone()
