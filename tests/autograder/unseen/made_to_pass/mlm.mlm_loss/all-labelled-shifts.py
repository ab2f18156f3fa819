# MISTAKE: where every position has a label it is taken for next-token prediction and shifted by one
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    if labels.dim() == 2 and labels.shape[1] > 1 and (labels != -100).all():
        logits, labels = logits[:, :-1], labels[:, 1:]
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    count = (gold != -100).sum().clamp(min=1)
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / count
