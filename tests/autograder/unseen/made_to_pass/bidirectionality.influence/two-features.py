# MISTAKE: Looks at the first two output features only: right for H up to 2.
import torch


def influence(fn, x):
    jac = torch.autograd.functional.jacobian(fn, x.detach())
    return (jac[:, :2] != 0).any(dim=3).any(dim=1)
