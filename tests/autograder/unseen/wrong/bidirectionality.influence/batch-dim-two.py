# MISTAKE: (two mistakes) Calls fn with a batch dimension added, though fn takes (T, H), and sums signed derivatives.
import torch


def influence(fn, x):
    jac = torch.autograd.functional.jacobian(lambda v: fn(v.unsqueeze(0)).squeeze(0), x.detach())
    return jac.sum(dim=(1, 3)) != 0
