# MISTAKE: True where any output sees token t + 1 (columns instead of the diagonal).
import torch


def visible_targets(influence):
    n = influence.size(0)
    out = torch.zeros(n, dtype=torch.bool)
    out[:-1] = influence.any(dim=0)[1:]
    return out
