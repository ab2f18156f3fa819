# MISTAKE: Differentiates at zeros instead of at x: right for linear maps, wrong where the derivative depends on the place (relu, products).
import torch


def influence(fn, x):
    jac = torch.autograd.functional.jacobian(fn, torch.zeros_like(x))
    return (jac != 0).any(dim=3).any(dim=1)
