# MISTAKE: Transposed: entry [i, j] says whether output j depends on input i. Shows with every fn that is not symmetric, for instance a causal one.
import torch


def influence(fn, x):
    leaf = x.detach().clone().requires_grad_(True)
    jac = torch.autograd.functional.jacobian(fn, leaf)
    return (jac != 0).any(dim=3).any(dim=1).T
