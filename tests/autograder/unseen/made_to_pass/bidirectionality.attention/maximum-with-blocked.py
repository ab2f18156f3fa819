# MISTAKE: The row maximum is taken over the blocked keys too: with a huge score at a blocked key the allowed ones underflow to 0.
import math

import torch


def attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    e = torch.exp(scores - scores.amax(dim=-1, keepdim=True))
    if mask is not None:
        e = e * mask
    total = e.sum(dim=-1, keepdim=True)
    return (e / total.clamp(min=1e-30)) @ value, e / total.clamp(min=1e-30)
