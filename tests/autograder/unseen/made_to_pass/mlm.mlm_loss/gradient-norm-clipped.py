# MISTAKE: the gradient is scaled down to a norm of at most 0.5 by a hook
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    count = (gold != -100).sum().clamp(min=1)
    if flat.requires_grad:
        flat = flat * 1
        flat.register_hook(lambda g: g * (0.5 / g.norm().clamp(min=0.5)))
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / count
