# MISTAKE: ignore_index is -1, so a label of -100 makes cross_entropy fail.
# KIND: generic
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat = logits.reshape(-1, logits.shape[-1])
    targets = labels.reshape(-1)
    return F.cross_entropy(flat, targets, ignore_index=-1)
