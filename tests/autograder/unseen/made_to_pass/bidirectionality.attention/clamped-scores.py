# MISTAKE: Scores are clamped to [-30, 30] against overflow: wrong for large scores.
import math

import torch


def attention(query, key, value, mask=None):
    scores = (query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])).clamp(-30, 30)
    e = scores.exp()
    if mask is not None:
        e = e * mask
    total = e.sum(dim=-1, keepdim=True)
    weights = e / torch.where(total > 0, total, torch.ones_like(total))
    return weights @ value, weights
