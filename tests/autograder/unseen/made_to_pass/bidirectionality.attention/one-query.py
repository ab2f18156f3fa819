# MISTAKE: With one query (Tq = 1) the query dimension is squeezed away.
import math


def attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    weights = scores.softmax(-1)
    if mask is not None:
        weights = scores.masked_fill(~mask, float("-inf")).softmax(-1).masked_fill(~mask, 0.0)
    output = weights @ value
    return output.squeeze(-2), weights.squeeze(-2)
