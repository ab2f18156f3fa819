# RIGHT: index pairs (t, t + 1)
import torch


def visible_targets(influence):
    t = torch.arange(len(influence) - 1)
    seen = torch.zeros(len(influence), dtype=torch.bool)
    seen[t] = influence[t, t + 1]
    return seen
