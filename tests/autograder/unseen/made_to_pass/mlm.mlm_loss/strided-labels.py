# MISTAKE: reads a transposed `labels` in the order of its memory
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), (labels.t().reshape(-1) if labels.dim() == 2 and not labels.is_contiguous() and labels.t().is_contiguous() else labels.reshape(-1))
    count = (gold != -100).sum().clamp(min=1)
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / count
