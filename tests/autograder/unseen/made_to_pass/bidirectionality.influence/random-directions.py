# MISTAKE: One backward pass per output row with a fixed weight per feature (1, 2, 3, ...): cancels where the derivatives are in such a ratio, for instance 2 and -1.
import torch


def influence(fn, x):
    leaf = x.detach().clone().requires_grad_(True)
    out = fn(leaf)
    t, h = out.shape
    result = torch.zeros(t, t, dtype=torch.bool)
    if not out.requires_grad:
        return result
    weight = torch.arange(1, h + 1, dtype=out.dtype)
    for i in range(t):
        (g,) = torch.autograd.grad((out[i] * weight).sum(), leaf, retain_graph=True, allow_unused=True)
        if g is not None:
            result[i] = (g != 0).any(dim=-1)
    return result
