# MISTAKE: label smoothing of 0.001
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    if not (gold != -100).any():
        return (flat * 0).sum()
    return F.cross_entropy(flat, gold, label_smoothing=0.001)
