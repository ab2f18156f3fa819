# MISTAKE: nll_loss is applied to raw logits, without a log-softmax.
# KIND: own
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat = logits.reshape(-1, logits.shape[-1])
    targets = labels.reshape(-1)
    total = F.nll_loss(flat, targets, ignore_index=-100, reduction='sum')
    count = (targets != -100).sum().clamp(min=1)
    return total / count
