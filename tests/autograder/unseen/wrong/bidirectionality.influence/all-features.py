# MISTAKE: all instead of any: True only where every pair of features depends.
import torch


def influence(fn, x):
    jac = torch.autograd.functional.jacobian(fn, x.detach())
    return (jac != 0).all(dim=3).all(dim=1)
