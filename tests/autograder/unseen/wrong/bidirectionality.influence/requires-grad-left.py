# MISTAKE: Switches x.requires_grad on and leaves it on.
import torch


def influence(fn, x):
    x.requires_grad_(True)
    out = fn(x)
    t, h = x.shape
    result = torch.zeros(t, t, dtype=torch.bool)
    if not out.requires_grad:
        return result
    for i in range(t):
        for k in range(h):
            (g,) = torch.autograd.grad(out[i, k], x, retain_graph=True, allow_unused=True)
            if g is not None:
                result[i] |= (g != 0).any(dim=-1)
    return result
