# MISTAKE: positions that are predicted with more than 99.9 % are left out of the mean
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    if not (gold != -100).any():
        return (flat * 0).sum()
    each = F.cross_entropy(flat[gold != -100], gold[gold != -100], reduction="none")
    hard = each > 1e-3
    return each[hard].mean() if hard.any() else each.mean()
