# MISTAKE: An additive -inf mask and nan_to_num: the values are right, but the gradients of a row that may attend to nothing are NaN.
import math

import torch


def attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        bias = torch.zeros(mask.shape, dtype=scores.dtype).masked_fill(~mask, float("-inf"))
        scores = scores + bias
    weights = torch.softmax(scores, dim=-1).nan_to_num(0.0)
    return weights @ value, weights
