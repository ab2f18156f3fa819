# MISTAKE: logits and labels go through .view, which fails for tensors that are not contiguous.
# KIND: generic
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat = logits.view(-1, logits.size(-1))
    targets = labels.view(-1)
    total = F.cross_entropy(flat, targets, ignore_index=-100, reduction="sum")
    count = (targets != -100).sum().clamp(min=1)
    return total / count
