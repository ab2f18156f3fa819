# MISTAKE: position 0 of a row is taken for [CLS] and never counts in rows longer than one
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    if labels.dim() > 1 and labels.shape[-1] > 1:
        labels = labels.clone()
        labels[..., 0] = -100
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    count = (gold != -100).sum().clamp(min=1)
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / count
