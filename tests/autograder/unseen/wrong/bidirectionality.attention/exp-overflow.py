# MISTAKE: A softmax of its own without subtracting the maximum: scores above about 88 (float32) overflow to NaN.
import math

import torch


def attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    e = scores.exp()
    if mask is not None:
        e = e * mask
    total = e.sum(dim=-1, keepdim=True)
    weights = e / total.where(total > 0, torch.ones_like(total))
    return weights @ value, weights
