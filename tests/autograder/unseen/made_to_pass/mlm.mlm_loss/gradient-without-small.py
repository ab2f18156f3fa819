# MISTAKE: gradients below 1e-3 are set to zero
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    count = (gold != -100).sum().clamp(min=1)
    if flat.requires_grad:
        flat = flat * 1
        flat.register_hook(lambda g: torch.where(g.abs() < 1e-3, torch.zeros_like(g), g))
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / count
