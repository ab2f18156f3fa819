# MISTAKE: without a label it returns a new leaf: backward works, but the logits get no gradient
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    if not (gold != -100).any():
        return torch.zeros((), dtype=logits.dtype, requires_grad=True)
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / (gold != -100).sum()
