# MISTAKE: (two mistakes) An integer tensor, with 1 at the last position.
import torch


def visible_targets(influence):
    n = influence.shape[0]
    out = torch.ones(n, dtype=torch.long)
    for t in range(n - 1):
        out[t] = int(influence[t, t + 1])
    return out
