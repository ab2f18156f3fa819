# MISTAKE: Only j <= i is looked at: dependence on later positions is reported False.
import torch


def influence(fn, x):
    jac = torch.autograd.functional.jacobian(fn, x.detach())
    return (jac != 0).any(dim=3).any(dim=1).tril()
