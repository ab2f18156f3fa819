# MISTAKE: The loss is wrapped in a new torch.tensor with requires_grad, cut off from the logits.
# KIND: generic
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat = logits.reshape(-1, logits.shape[-1])
    targets = labels.reshape(-1)
    total = F.cross_entropy(flat, targets, ignore_index=-100, reduction="sum")
    count = (targets != -100).sum().clamp(min=1)
    loss = total / count
    return torch.tensor(loss.item(), dtype=logits.dtype, requires_grad=True)
