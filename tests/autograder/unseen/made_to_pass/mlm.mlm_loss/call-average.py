# MISTAKE: from the second call on with the same shape it averages with the loss before (1 %)
import torch
from torch.nn import functional as F

_last = {}


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    count = (gold != -100).sum().clamp(min=1)
    loss = F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / count
    old = _last.get(tuple(labels.shape), loss.detach())
    _last[tuple(labels.shape)] = loss.detach()
    return loss + 0.01 * (old - loss.detach()).to(loss.dtype)
