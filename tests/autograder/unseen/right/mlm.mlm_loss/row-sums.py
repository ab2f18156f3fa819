# RIGHT: sums row by row with a nonlocal counter, divided once at the end
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    count = 0

    def row(x, y):
        nonlocal count
        count += int((y != -100).sum())
        return F.cross_entropy(x, y, reduction="sum")

    if labels.dim() < 2:
        x, y = logits.reshape(1, -1, logits.shape[-1]), labels.reshape(1, -1)
    else:
        x, y = logits.flatten(0, -3), labels.flatten(0, -2)
    total = torch.stack([row(a, b) for a, b in zip(x, y)]).sum()
    return total.div(count if count else 1)
