# MISTAKE: The mean over no position at all is NaN; this case is not looked at.
# KIND: own
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat = logits.reshape(-1, logits.shape[-1])
    targets = labels.reshape(-1)
    return F.cross_entropy(flat, targets, ignore_index=-100)
