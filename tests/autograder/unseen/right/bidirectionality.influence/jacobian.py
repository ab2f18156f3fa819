# RIGHT: torch.autograd.functional.jacobian
import torch


def influence(fn, x):
    jac = torch.autograd.functional.jacobian(fn, x.detach().clone())
    return jac.ne(0).any(dim=-1).any(dim=1)
