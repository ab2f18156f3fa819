# MISTAKE: every distinct label weighs the same: repeated labels are averaged first
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    if not (gold != -100).any():
        return (flat * 0).sum()
    keep = gold != -100
    each = F.cross_entropy(flat[keep], gold[keep], reduction="none")
    _, where, counts = gold[keep].unique(return_inverse=True, return_counts=True)
    weight = 1 / counts[where].to(each.dtype)
    return (each * weight).sum() / weight.sum()
