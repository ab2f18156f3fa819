# MISTAKE: subtracts the maximum from the caller's logits in place where they need no gradient
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    if not logits.requires_grad:
        logits -= logits.max()
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    count = (gold != -100).sum().clamp(min=1)
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / count
