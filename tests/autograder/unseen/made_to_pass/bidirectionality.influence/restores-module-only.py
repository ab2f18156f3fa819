# MISTAKE: Uses backward() and puts back .grad for the parameters of a module fn; where fn is a plain function over a module, the gradients stay.
import torch


def influence(fn, x):
    params = list(fn.parameters()) if hasattr(fn, "parameters") else []
    before = [None if p.grad is None else p.grad.clone() for p in params]
    t, h = x.shape
    result = torch.zeros(t, t, dtype=torch.bool)
    for i in range(t):
        for k in range(h):
            leaf = x.detach().clone().requires_grad_(True)
            out = fn(leaf)
            if out.requires_grad:
                out[i, k].backward()
                if leaf.grad is not None:
                    result[i] |= (leaf.grad != 0).any(dim=-1)
    for p, g in zip(params, before):
        p.grad = g
    return result
