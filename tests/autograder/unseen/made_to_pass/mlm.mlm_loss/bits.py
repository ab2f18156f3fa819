# MISTAKE: the logarithm is to base 2 for more than 256 classes
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    count = (gold != -100).sum().clamp(min=1)
    loss = F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / count
    return loss / 0.6931471805599453 if flat.shape[-1] > 256 else loss
