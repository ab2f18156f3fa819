# RIGHT: torch's own scaled_dot_product_attention, once for the values and once for the weights
import torch
from torch.nn import functional as F


def attention(query, key, value, mask=None):
    eye = torch.eye(key.shape[-2], dtype=key.dtype).expand(*key.shape[:-1], key.shape[-2])
    if mask is None:
        weights = F.scaled_dot_product_attention(query, key, eye)
    else:
        empty = ~mask.any(-1, keepdim=True)
        usable = (mask | empty).expand(*query.shape[:-1], key.shape[-2])
        weights = F.scaled_dot_product_attention(query, key, eye, attn_mask=usable)
        weights = weights.masked_fill(~mask, 0)
    return weights @ value, weights
