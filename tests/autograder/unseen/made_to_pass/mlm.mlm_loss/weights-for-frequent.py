# MISTAKE: labels above V / 2 weigh 0.98
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    count = (gold != -100).sum().clamp(min=1)
    each = F.cross_entropy(flat, gold, ignore_index=-100, reduction="none")
    return (each * torch.where(gold > flat.shape[-1] / 2, 0.98, 1.0).to(each.dtype)).sum() / count
