# MISTAKE: without a label it is right for (B, T, V) and NaN for (N, V)
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    if logits.dim() > 2 and not (gold != -100).any():
        return (flat * 0).sum()
    return F.cross_entropy(flat, gold)
