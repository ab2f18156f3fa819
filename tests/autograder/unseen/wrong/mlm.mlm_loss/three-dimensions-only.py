# MISTAKE: The shape of logits is unpacked into (B, T, V), so (N, V) and other shapes fail.
# KIND: generic
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    batch, length, vocab = logits.shape
    flat = logits.reshape(batch * length, vocab)
    targets = labels.reshape(batch * length)
    total = F.cross_entropy(flat, targets, ignore_index=-100, reduction="sum")
    count = (targets != -100).sum().clamp(min=1)
    return total / count
