# MISTAKE: fails for logits of other than three dimensions
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    b, t, v = logits.shape
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    count = (gold != -100).sum().clamp(min=1)
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / count
