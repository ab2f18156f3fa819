# MISTAKE: The diagonal is always True: wrong for a constant fn and for one whose output does not depend on its own row.
import torch


def influence(fn, x):
    jac = torch.autograd.functional.jacobian(fn, x.detach())
    return (jac != 0).any(dim=3).any(dim=1) | torch.eye(len(x), dtype=torch.bool)
