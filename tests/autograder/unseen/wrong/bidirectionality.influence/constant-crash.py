# MISTAKE: Crashes with RuntimeError for a constant fn, whose output has no graph.
import torch


def influence(fn, x):
    leaf = x.detach().clone().requires_grad_(True)
    out = fn(leaf)
    t, h = x.shape
    result = torch.zeros(t, t, dtype=torch.bool)
    for i in range(t):
        for k in range(h):
            (g,) = torch.autograd.grad(out[i, k], leaf, retain_graph=True)
            result[i] |= (g != 0).any(dim=-1)
    return result
