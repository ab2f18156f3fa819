# MISTAKE: without a label the first logit has a gradient of 1, the value is 0
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    if not (gold != -100).any():
        first = flat[0, 0]
        return first - first.detach()
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / (gold != -100).sum()
