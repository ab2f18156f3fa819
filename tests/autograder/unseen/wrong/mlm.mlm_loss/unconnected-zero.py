# MISTAKE: Without labels it returns a fresh zero with requires_grad=True, which is not connected to the logits, whose gradient stays None.
# KIND: own
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat = logits.reshape(-1, logits.shape[-1])
    targets = labels.reshape(-1)
    if (targets != -100).sum() == 0:
        return torch.zeros((), dtype=logits.dtype, requires_grad=True)
    return F.cross_entropy(flat, targets, ignore_index=-100)
