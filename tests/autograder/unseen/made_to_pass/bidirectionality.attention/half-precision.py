# MISTAKE: Scores and softmax are in float16 and cast back: shape and dtype are right, the values only to three digits.
import math

import torch


def attention(query, key, value, mask=None):
    scores = (query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])).to(torch.float16)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = scores.float().softmax(-1).to(query.dtype)
    if mask is not None:
        weights = weights.masked_fill(~mask, 0.0)
    return weights @ value, weights
