# MISTAKE: the largest loss is left out of the mean where there are more than ten labels
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    if not (gold != -100).any():
        return (flat * 0).sum()
    each = F.cross_entropy(flat[gold != -100], gold[gold != -100], reduction="none")
    if len(each) > 10:
        each = each.sort().values[:-1]
    return each.mean()
