# MISTAKE: Handles the mask that is False everywhere, but a single row that may attend to nothing in a mixed mask gives NaN.
import math

import torch


def attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is None:
        weights = torch.softmax(scores, dim=-1)
    elif not mask.any():
        weights = scores * 0.0
    else:
        weights = torch.softmax(scores.masked_fill(~mask, float("-inf")), dim=-1)
    return weights @ value, weights
