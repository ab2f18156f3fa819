# MISTAKE: Tries whether the last input moves the first output, and answers all True or the lower triangle.
import torch


def influence(fn, x):
    t = x.shape[0]
    jac = torch.autograd.functional.jacobian(lambda v: fn(v)[0], x.detach())
    full = torch.ones(t, t, dtype=torch.bool)
    if t > 1 and not (jac[:, -1] != 0).any():
        return full.tril()
    return full
