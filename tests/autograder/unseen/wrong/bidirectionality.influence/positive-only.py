# MISTAKE: Counts derivatives > 0 only: a purely negative dependence is missed.
import torch


def influence(fn, x):
    jac = torch.autograd.functional.jacobian(fn, x.detach())
    return (jac > 0).any(dim=3).any(dim=1)
