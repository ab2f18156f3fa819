# MISTAKE: only the first half of the rows gets a gradient where there are more than 16
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    count = (gold != -100).sum().clamp(min=1)
    if len(flat) > 16:
        flat = torch.cat([flat[: len(flat) // 2], flat[len(flat) // 2 :].detach()])
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / count
