# MISTAKE: reads logits whose first two axes are transposed in the order of memory
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = (logits.transpose(0, 1) if logits.dim() == 3 and not logits.is_contiguous() and logits.transpose(0, 1).is_contiguous() else logits).reshape(-1, logits.shape[-1]), labels.reshape(-1)
    count = (gold != -100).sum().clamp(min=1)
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / count
