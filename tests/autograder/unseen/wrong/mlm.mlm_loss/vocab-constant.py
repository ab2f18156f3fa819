# MISTAKE: The logits are reshaped with 30522 as the vocabulary size.
# KIND: generic
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat = logits.reshape(-1, 30522)
    targets = labels.reshape(-1)
    total = F.cross_entropy(flat, targets, ignore_index=-100, reduction="sum")
    count = (targets != -100).sum().clamp(min=1)
    return total / count
