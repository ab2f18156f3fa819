# MISTAKE: without a label the value is 0 but the gradient is NaN
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    if not (gold != -100).any():
        return (flat - flat.detach()).pow(2).sum().sqrt()
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / (gold != -100).sum()
