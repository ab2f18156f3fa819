# MISTAKE: Counts: True where output t sees more than t + 1 tokens. Right for causal and full matrices; wrong where earlier tokens are unseen or only a later one than t + 1 is seen.
import torch


def visible_targets(influence):
    n = influence.shape[0]
    out = influence.sum(dim=1) > torch.arange(1, n + 1)
    out[-1] = False
    return out
