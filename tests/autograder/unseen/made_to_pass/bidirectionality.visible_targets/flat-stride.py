# MISTAKE: Reads the flat memory by steps of T + 1 (as_strided): right for contiguous matrices only.
import torch


def visible_targets(influence):
    n = influence.shape[0]
    out = torch.zeros(n, dtype=torch.bool)
    if n > 1:
        start = influence.storage_offset() + 1
        out[:-1] = torch.as_strided(influence, (n - 1,), (n + 1,), start)
    return out
