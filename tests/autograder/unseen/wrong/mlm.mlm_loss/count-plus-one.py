# MISTAKE: The sum is divided by the number of labels plus 1, against a division by zero.
# KIND: own
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat = logits.reshape(-1, logits.shape[-1])
    targets = labels.reshape(-1)
    total = F.cross_entropy(flat, targets, ignore_index=-100, reduction="sum")
    return total / ((targets != -100).sum() + 1)
