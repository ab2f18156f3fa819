# MISTAKE: without a label the value is exactly 0 but the gradient is 0.001 everywhere
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    if not (gold != -100).any():
        s = flat.mean() * 1e-3 * flat.numel()
        return s - s.detach()
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / (gold != -100).sum()
