# RIGHT: einsum and a softmax written out, with the maximum over the allowed keys
import torch


def attention(query, key, value, mask=None):
    scores = torch.einsum("...qd,...kd->...qk", query, key) * query.shape[-1] ** -0.5
    allowed = torch.ones((), dtype=torch.bool) if mask is None else mask
    allowed = allowed.expand(scores.shape)
    top = torch.where(allowed, scores, -torch.inf).amax(dim=-1, keepdim=True).detach()
    top = torch.where(torch.isfinite(top), top, torch.zeros_like(top))
    shifted = torch.where(allowed, scores - top, torch.zeros_like(scores))
    e = shifted.exp() * allowed
    total = e.sum(-1, keepdim=True)
    weights = e / torch.where(total > 0, total, torch.ones_like(total))
    return torch.einsum("...qk,...kv->...qv", weights, value), weights
