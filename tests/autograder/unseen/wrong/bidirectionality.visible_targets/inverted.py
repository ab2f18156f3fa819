# MISTAKE: Inverted: True where the target is hidden.
import torch


def visible_targets(influence):
    out = torch.zeros(influence.shape[0], dtype=torch.bool)
    out[:-1] = ~influence.diagonal(1)
    return out
