# MISTAKE: Looks at entry [0, 1] only and gives all True (but the last) or all False: right for causal and full matrices alone.
import torch


def visible_targets(influence):
    n = influence.shape[0]
    out = torch.zeros(n, dtype=torch.bool)
    if n > 1 and influence[0, 1]:
        out[:-1] = True
    return out
