# MISTAKE: Crashes with IndexError at the last position.
import torch


def visible_targets(influence):
    out = []
    for t in range(influence.shape[0]):
        out.append(bool(influence[t, t + 1]))
    return torch.tensor(out)
