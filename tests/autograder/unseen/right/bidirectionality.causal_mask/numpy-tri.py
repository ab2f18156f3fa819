# RIGHT: numpy.tri, then from_numpy
import numpy as np

import torch


def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError(f"seq_len must be >= 1 but is {seq_len}")
    return torch.from_numpy(np.tri(seq_len, dtype=bool))
