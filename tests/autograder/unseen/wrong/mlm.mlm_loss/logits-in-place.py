# MISTAKE: The maximum is subtracted from the caller's logits in place.
# KIND: generic
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    logits.data.sub_(logits.data.amax(dim=-1, keepdim=True))
    flat = logits.reshape(-1, logits.shape[-1])
    targets = labels.reshape(-1)
    total = F.cross_entropy(flat, targets, ignore_index=-100, reduction="sum")
    count = (targets != -100).sum().clamp(min=1)
    loss = total / count
    return loss
