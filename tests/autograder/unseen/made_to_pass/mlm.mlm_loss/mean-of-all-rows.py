# MISTAKE: the mean over rows, rows without a label counting as 0
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    each = F.cross_entropy(flat, gold, ignore_index=-100, reduction="none").view(labels.shape)
    if labels.dim() < 2:
        return each.sum() / (gold != -100).sum().clamp(min=1)
    return (each.sum(-1) / (labels != -100).sum(-1).clamp(min=1)).mean()
