# MISTAKE: Clears the last column and row of its argument in place. Shows in the argument after the call.
import torch


def visible_targets(influence):
    influence[-1, :] = False
    n = influence.shape[0]
    return torch.tensor([bool(influence[t, min(t + 1, n - 1)]) for t in range(n)])
