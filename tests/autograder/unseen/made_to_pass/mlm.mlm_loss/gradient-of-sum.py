# MISTAKE: value is the mean, gradient is that of the sum
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    count = (gold != -100).sum().clamp(min=1)
    total = F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum")
    mean = total / count
    return total + (mean - total).detach()
