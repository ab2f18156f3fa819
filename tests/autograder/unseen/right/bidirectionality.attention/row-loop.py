# RIGHT: a loop over the rows of the flattened batch
import math

import torch


def _row(q, k, v, allowed):
    scores = (k @ q) / math.sqrt(q.shape[0])
    if not bool(allowed.any()):
        w = scores * 0.0
    else:
        w = torch.zeros_like(scores)
        w = w.index_put((allowed.nonzero().flatten(),), scores[allowed].softmax(0))
    return w @ v, w


def attention(query, key, value, mask=None):
    lead, tq, tk = query.shape[:-2], query.shape[-2], key.shape[-2]
    if mask is None:
        mask = torch.ones(tq, tk, dtype=torch.bool)
    mask = mask.expand(*lead, tq, tk).reshape(-1, tq, tk)
    q = query.reshape(-1, tq, query.shape[-1])
    k = key.reshape(-1, tk, key.shape[-1])
    v = value.reshape(-1, tk, value.shape[-1])
    rows = [[_row(q[b, i], k[b], v[b], mask[b, i]) for i in range(tq)] for b in range(len(q))]
    output = torch.stack([torch.stack([r[0] for r in batch]) for batch in rows])
    weights = torch.stack([torch.stack([r[1] for r in batch]) for batch in rows])
    return output.reshape(*lead, tq, -1), weights.reshape(*lead, tq, tk)
