# MISTAKE: The answer is kept by the shape of x: another fn with the same shape gets the first one's answer.
import torch


_answers = {}


def influence(fn, x):
    if x.shape not in _answers:
        jac = torch.autograd.functional.jacobian(fn, x.detach())
        _answers[x.shape] = (jac != 0).any(dim=3).any(dim=1)
    return _answers[x.shape].clone()
