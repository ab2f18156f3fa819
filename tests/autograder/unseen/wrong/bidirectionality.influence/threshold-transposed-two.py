# MISTAKE: (two mistakes) A threshold of 1e-5, and the result is transposed.
import torch


def influence(fn, x):
    jac = torch.autograd.functional.jacobian(fn, x.detach())
    return (jac.abs().sum(dim=(1, 3)) > 1e-5).t()
