# MISTAKE: Sums the output features before differentiating: derivatives of opposite sign cancel exactly and a real dependence is missed.
import torch


def influence(fn, x):
    leaf = x.detach().clone().requires_grad_(True)
    out = fn(leaf)
    result = torch.zeros(len(x), len(x), dtype=torch.bool)
    if not out.requires_grad:
        return result
    for i in range(len(x)):
        (g,) = torch.autograd.grad(out[i].sum(), leaf, retain_graph=True, allow_unused=True)
        if g is not None:
            result[i] = (g != 0).any(dim=-1)
    return result
