# MISTAKE: The value is right, but logit 1 is detached: its gradient is zero.
import torch
from torch.nn import functional as F


def nsp_loss(logits, is_next):
    pair = torch.stack([logits[:, 0], logits[:, 1].detach()], dim=1)
    return F.cross_entropy(pair, (~is_next).long())
