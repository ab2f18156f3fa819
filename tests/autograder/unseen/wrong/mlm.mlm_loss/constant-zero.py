# MISTAKE: Without labels it returns torch.tensor(0.0), which has no gradient.
# KIND: own
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat = logits.reshape(-1, logits.shape[-1])
    targets = labels.reshape(-1)
    if (targets == -100).all():
        return torch.tensor(0.0, dtype=logits.dtype)
    return F.cross_entropy(flat, targets, ignore_index=-100)
