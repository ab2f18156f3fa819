# MISTAKE: right for (B, T, V); for (N, V) it fails, moving the last axis to place 1 with transpose(1, 2)
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    keep = labels != -100
    total = F.cross_entropy(logits.transpose(1, 2), labels, reduction="sum")
    return total / keep.sum().clamp(min=1)
