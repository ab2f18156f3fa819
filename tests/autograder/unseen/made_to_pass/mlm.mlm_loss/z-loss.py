# MISTAKE: adds 1e-4 times the squared log normaliser
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    count = (gold != -100).sum().clamp(min=1)
    keep = gold != -100
    return (F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") + 1e-4 * flat[keep].logsumexp(-1).pow(2).sum()) / count
