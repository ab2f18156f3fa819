# RIGHT: masked_fill with -inf and nan_to_num (masked_fill cuts the NaN gradients off)
import math

import torch
from torch.nn import functional as F


def attention(query, key, value, mask=None):
    scores = torch.matmul(query, key.mT) / query.size(-1) ** 0.5
    if mask is not None:
        scores = scores.masked_fill(mask.logical_not(), -math.inf)
    weights = F.softmax(scores, dim=-1)
    if mask is not None:
        weights = weights.nan_to_num(nan=0.0)
    return torch.matmul(weights, value), weights
