# MISTAKE: Softmax is applied before cross_entropy, which applies it again.
# KIND: own
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat = logits.softmax(dim=-1).reshape(-1, logits.shape[-1])
    targets = labels.reshape(-1)
    total = F.cross_entropy(flat, targets, ignore_index=-100, reduction="sum")
    count = (targets != -100).sum().clamp(min=1)
    return total / count
