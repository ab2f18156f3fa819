# MISTAKE: Uses backward(): the .grad of fn's parameters is filled afterwards.
import torch


def influence(fn, x):
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
    return result
