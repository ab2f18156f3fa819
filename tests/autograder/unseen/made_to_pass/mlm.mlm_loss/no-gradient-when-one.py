# MISTAKE: with exactly one label the loss carries no gradient
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    count = (gold != -100).sum().clamp(min=1)
    loss = F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / count
    return loss.detach() + (flat * 0).sum() if int((gold != -100).sum()) == 1 else loss
