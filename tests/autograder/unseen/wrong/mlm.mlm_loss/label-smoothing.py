# MISTAKE: Label smoothing of 0.1 is added.
# KIND: own
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat = logits.reshape(-1, logits.shape[-1])
    targets = labels.reshape(-1)
    total = F.cross_entropy(flat, targets, ignore_index=-100, reduction='sum', label_smoothing=0.1)
    count = (targets != -100).sum().clamp(min=1)
    return total / count
