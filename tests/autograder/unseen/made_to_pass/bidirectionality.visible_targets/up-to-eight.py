# MISTAKE: Looks at the first 8 positions only; later ones are False.
import torch


def visible_targets(influence):
    n = influence.shape[0]
    return torch.tensor([t < 8 and t + 1 < n and bool(influence[t, t + 1]) for t in range(n)])
