# MISTAKE: Uses a threshold of 1e-6 instead of exact zero: weak dependences are missed.
import torch


def influence(fn, x):
    jac = torch.autograd.functional.jacobian(fn, x.detach())
    return jac.abs().amax(dim=(1, 3)) > 1e-6
