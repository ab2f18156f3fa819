# MISTAKE: softplus of the difference with its threshold lowered to 5: from a difference of 5 on it is linear and off by up to 0.007.
import torch
from torch.nn import functional as F


def nsp_loss(logits, is_next):
    sign = torch.where(is_next, 1.0, -1.0).to(logits.dtype)
    return F.softplus((logits[:, 1] - logits[:, 0]) * sign, threshold=5).mean()
