# MISTAKE: Sigmoid on both logits against one-hot targets instead of a softmax over the two.
import torch
from torch.nn import functional as F


def nsp_loss(logits, is_next):
    target = torch.stack([is_next, ~is_next], dim=1).to(logits.dtype)
    return F.binary_cross_entropy_with_logits(logits, target)
