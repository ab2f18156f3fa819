# MISTAKE: labels of special tokens (ids 0 to 4) are ignored where the vocabulary has more than 50 ids
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    if flat.shape[-1] > 50:
        gold = gold.masked_fill(gold < 5, -100)
    count = (gold != -100).sum().clamp(min=1)
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / count
