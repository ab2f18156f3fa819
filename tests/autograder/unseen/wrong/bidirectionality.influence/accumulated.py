# MISTAKE: The leaf's gradient is never cleared between outputs: row i also holds what the rows before it depended on.
import torch


def influence(fn, x):
    leaf = x.detach().clone().requires_grad_(True)
    out = fn(leaf)
    t, h = x.shape
    result = torch.zeros(t, t, dtype=torch.bool)
    if not out.requires_grad:
        return result
    total = torch.zeros_like(leaf)
    for i in range(t):
        for k in range(h):
            (g,) = torch.autograd.grad(out[i, k], leaf, retain_graph=True, allow_unused=True)
            if g is not None:
                total = total + g.abs()
        result[i] = (total != 0).any(dim=-1)
    return result
