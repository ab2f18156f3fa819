# MISTAKE: (two mistakes) Everything is computed in float32 whatever came in, and the weights are returned detached.
import math

import torch


def attention(query, key, value, mask=None):
    q, k, v = query.float(), key.float(), value.float()
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = torch.softmax(scores, dim=-1)
    if mask is not None:
        weights = weights.masked_fill(~mask, 0.0)
    return weights @ v, weights.detach()
