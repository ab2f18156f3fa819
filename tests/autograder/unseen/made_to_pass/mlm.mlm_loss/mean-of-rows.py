# MISTAKE: the mean over rows of the mean of each row: wrong where rows have different numbers of labels
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    each = F.cross_entropy(flat, gold, ignore_index=-100, reduction="none").view(labels.shape)
    if labels.dim() < 2:
        return each.sum() / (gold != -100).sum().clamp(min=1)
    seen = labels != -100
    rows = each.sum(-1) / seen.sum(-1).clamp(min=1)
    return rows.sum() / seen.any(-1).sum().clamp(min=1)
