# MISTAKE: Looks only at the derivative of feature h with respect to the same feature h of the input.
import torch


def influence(fn, x):
    jac = torch.autograd.functional.jacobian(fn, x.detach())
    return (jac.diagonal(dim1=1, dim2=3) != 0).any(dim=-1)
