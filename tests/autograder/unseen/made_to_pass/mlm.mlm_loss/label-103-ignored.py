# MISTAKE: label 103 is ignored ([MASK] of the released vocabulary)
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    gold = gold.masked_fill(gold == 103, -100)
    count = (gold != -100).sum().clamp(min=1)
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / count
