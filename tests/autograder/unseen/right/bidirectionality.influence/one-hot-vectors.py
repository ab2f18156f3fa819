# RIGHT: grad_outputs one at a time, with numpy's any
import itertools
import numpy as np

import torch


def influence(fn, x):
    t, h = x.shape
    leaf = x.detach().clone().requires_grad_()
    out = fn(leaf)
    table = np.zeros((t, t), dtype=bool)
    if out.requires_grad:
        for i, k in itertools.product(range(t), range(h)):
            pick = torch.zeros_like(out)
            pick[i, k] = 1
            (g,) = torch.autograd.grad(out, leaf, grad_outputs=pick, retain_graph=True, allow_unused=True)
            if g is not None:
                table[i] |= (g.numpy() != 0).any(axis=1)
    return torch.from_numpy(table)
