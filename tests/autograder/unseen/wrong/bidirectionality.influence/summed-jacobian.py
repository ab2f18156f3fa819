# MISTAKE: Sums the signed Jacobian over both feature dimensions: opposite derivatives cancel.
import torch


def influence(fn, x):
    jac = torch.autograd.functional.jacobian(fn, x.detach())
    return jac.sum(dim=(1, 3)) != 0
