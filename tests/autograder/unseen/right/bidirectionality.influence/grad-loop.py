# RIGHT: autograd.grad for every output number
import torch


def influence(fn, x):
    leaf = x.detach().clone().requires_grad_(True)
    out = fn(leaf)
    t, h = x.shape
    result = torch.zeros(t, t, dtype=torch.bool)
    if not out.requires_grad:
        return result
    for i in range(t):
        for k in range(h):
            (g,) = torch.autograd.grad(out[i, k], leaf, retain_graph=True, allow_unused=True)
            if g is not None:
                result[i] |= (g != 0).any(dim=-1)
    return result
