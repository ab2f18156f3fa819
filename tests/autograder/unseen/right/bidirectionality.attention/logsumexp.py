# RIGHT: log-weights by logsumexp over where
import math


def attention(query, key, value, mask=None):
    d = query.shape[-1]
    scores = (query / math.sqrt(d)) @ key.transpose(-1, -2)
    if mask is None:
        weights = (scores - scores.logsumexp(-1, keepdim=True)).exp()
        return weights @ value, weights
    none = ~mask.any(dim=-1, keepdim=True)
    open_mask = mask | none
    log_z = scores.masked_fill(~open_mask, float("-inf")).logsumexp(-1, keepdim=True)
    log_w = (scores - log_z).masked_fill(~mask, float("-inf"))
    weights = log_w.exp()
    return weights @ value, weights
