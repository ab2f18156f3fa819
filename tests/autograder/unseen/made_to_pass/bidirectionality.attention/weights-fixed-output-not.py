# MISTAKE: The NaN rows are repaired in the weights that are returned, but the output was computed before: it stays NaN.
import math


def attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = scores.softmax(-1)
    output = weights @ value
    return output, weights.nan_to_num(0.0)
