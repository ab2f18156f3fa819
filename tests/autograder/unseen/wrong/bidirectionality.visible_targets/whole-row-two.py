# MISTAKE: (two mistakes) True only where output t sees every later token, and the last position comes out True (all of nothing).
import torch


def visible_targets(influence):
    n = influence.shape[0]
    return torch.stack([influence[t, t + 1:].all() for t in range(n)])
