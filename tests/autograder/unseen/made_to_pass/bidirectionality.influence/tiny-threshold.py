# MISTAKE: The threshold is 1e-8, where exact zero is asked: derivatives below it are missed.
import torch


def influence(fn, x):
    jac = torch.autograd.functional.jacobian(fn, x.detach())
    return (jac.abs() > 1e-8).any(dim=3).any(dim=1)
