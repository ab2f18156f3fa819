# MISTAKE: (two mistakes) Freezes fn's parameters and leaves them so, and sums the output features before differentiating.
import torch


def influence(fn, x):
    if hasattr(fn, "parameters"):
        for p in fn.parameters():
            p.requires_grad_(False)
    jac = torch.autograd.functional.jacobian(lambda v: fn(v).sum(dim=-1), x.detach())
    return (jac != 0).any(dim=-1)
