# MISTAKE: A mask of fewer dimensions is filled up on the right instead of the left: right only for masks of full rank.
import math


def attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is None:
        weights = scores.softmax(-1)
    else:
        while mask.dim() < scores.dim():
            mask = mask.unsqueeze(-1)
        weights = scores.masked_fill(~mask, float("-inf")).softmax(-1).masked_fill(~mask, 0.0)
    return weights @ value, weights
