# MISTAKE: value is the mean over labels, gradient is that of the mean over all positions
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    count = (gold != -100).sum().clamp(min=1)
    total = F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum")
    mean = total / gold.numel()
    return mean + (total / count - mean).detach()
