# MISTAKE: for 4-D logits the class axis is taken to be axis 1 where the shapes allow it
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    if logits.dim() == 4 and logits.shape[1] == logits.shape[-1]:
        flat = logits.transpose(1, 3).reshape(-1, logits.shape[-1])
    count = (gold != -100).sum().clamp(min=1)
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / count
