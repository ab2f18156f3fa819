# MISTAKE: (two mistakes) Puts a module fn into eval mode for good, and looks at input feature 0 only.
import torch


def influence(fn, x):
    if hasattr(fn, "eval"):
        fn.eval()
    jac = torch.autograd.functional.jacobian(fn, x.detach())
    return (jac[..., 0] != 0).any(dim=1)
