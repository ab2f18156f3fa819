# MISTAKE: Where no position has a label, it raises ValueError instead of giving 0.
# KIND: generic
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    if not (labels != -100).any():
        raise ValueError("no position has a label")
    flat = logits.reshape(-1, logits.shape[-1])
    targets = labels.reshape(-1)
    return F.cross_entropy(flat, targets, ignore_index=-100)
