# MISTAKE: class 0 is left out of the normaliser unless some label is 0
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    if not (gold != -100).any():
        return (flat * 0).sum()
    keep = gold != -100
    x, y = flat[keep], gold[keep]
    if x.shape[-1] > 1 and (y > 0).all():
        return F.cross_entropy(x[:, 1:], y - 1)
    return F.cross_entropy(x, y)
