# MISTAKE: the logits are rounded to float16 first
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    count = (gold != -100).sum().clamp(min=1)
    flat = flat.half().to(flat.dtype)
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / count
