# MISTAKE: Compares with 1e-7 of the greatest derivative: a dependence much weaker than the strongest one is missed.
import torch


def influence(fn, x):
    jac = torch.autograd.functional.jacobian(fn, x.detach()).abs().amax(dim=3).amax(dim=1)
    return jac > 1e-7 * jac.max()
