# MISTAKE: (two mistakes) Multiplies by sqrt(d), and the mask is inverted.
import math


def attention(query, key, value, mask=None):
    scores = query @ key.mT * math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(mask, float("-inf"))
    weights = scores.softmax(-1).nan_to_num(0.0)
    return weights @ value, weights
