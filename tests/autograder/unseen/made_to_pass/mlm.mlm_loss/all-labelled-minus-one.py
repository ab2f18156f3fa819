# MISTAKE: where every position has a label it divides by one less
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    count = (gold != -100).sum()
    if count == gold.numel() and count > 1:
        count = count - 1
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / count.clamp(min=1)
