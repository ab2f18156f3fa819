# MISTAKE: Uses backward() and then sets .grad of x and of fn's parameters to None: a .grad that was there before is lost.
import torch


def influence(fn, x):
    t, h = x.shape
    jac = torch.autograd.functional.jacobian(fn, x.detach())
    x.grad = None
    if hasattr(fn, "parameters"):
        for p in fn.parameters():
            p.grad = None
    return (jac != 0).any(dim=3).any(dim=1)
