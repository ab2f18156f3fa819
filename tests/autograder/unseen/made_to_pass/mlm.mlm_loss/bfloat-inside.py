# MISTAKE: the log-softmax is taken in bfloat16 for more than 1000 classes
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    count = (gold != -100).sum().clamp(min=1)
    if flat.shape[-1] > 1000:
        flat = flat.bfloat16().to(flat.dtype)
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / count
