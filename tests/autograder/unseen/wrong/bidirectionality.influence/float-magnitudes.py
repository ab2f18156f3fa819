# MISTAKE: Returns the magnitudes of the derivatives as floats instead of booleans.
import torch


def influence(fn, x):
    jac = torch.autograd.functional.jacobian(fn, x.detach())
    return jac.abs().amax(dim=3).amax(dim=1)
