# MISTAKE: The mask is applied after the softmax without renormalising: rows no longer sum to 1. Shows where a row is masked in part.
import math

import torch


def attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    weights = torch.softmax(scores, dim=-1)
    if mask is not None:
        weights = weights * mask
    return weights @ value, weights
