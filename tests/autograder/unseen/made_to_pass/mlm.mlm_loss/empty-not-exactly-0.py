# MISTAKE: without a label it is about 1e-5 instead of exactly 0
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    if not (gold != -100).any():
        return (flat * 0).sum() + 1e-5
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / (gold != -100).sum()
