# MISTAKE: The last but one position is False too: wrong where output T - 2 sees token T - 1.
import torch


def visible_targets(influence):
    out = torch.zeros(influence.shape[0], dtype=torch.bool)
    out[:-2] = influence.diagonal(1)[:-1]
    return out
