# MISTAKE: equal pairs of position logits and label count once
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    if not (gold != -100).any():
        return (flat * 0).sum()
    keep = gold != -100
    x, y = flat[keep], gold[keep]
    both = torch.cat([x.detach(), y[:, None].to(x.dtype)], 1)
    _, where = both.unique(dim=0, return_inverse=True)
    first = torch.stack([(where == k).nonzero()[0, 0] for k in range(int(where.max()) + 1)])
    return F.cross_entropy(x[first], y[first])
