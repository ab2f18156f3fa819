# MISTAKE: only the first 20 labels of a row count
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    if labels.dim() > 1:
        seen = (labels != -100).long().cumsum(-1)
        labels = labels.masked_fill(seen > 20, -100)
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    count = (gold != -100).sum().clamp(min=1)
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / count
