# MISTAKE: Looks below the diagonal: whether output t + 1 sees token t. Shows with every causal or asymmetric matrix.
import torch


def visible_targets(influence):
    n = influence.shape[0]
    out = torch.zeros(n, dtype=torch.bool)
    for t in range(n - 1):
        out[t] = influence[t + 1, t]
    return out
