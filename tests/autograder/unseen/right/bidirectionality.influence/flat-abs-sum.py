# RIGHT: flat Jacobian, reshaped, largest magnitude per block
import torch


def _flat_jacobian(fn, x):
    flat = x.detach().reshape(-1).clone().requires_grad_(True)
    out = fn(flat.view(x.shape)).reshape(-1)
    rows = []
    for number in out:
        if number.requires_grad:
            g = torch.autograd.grad(number, flat, retain_graph=True, allow_unused=True)[0]
        else:
            g = None
        rows.append(torch.zeros_like(flat) if g is None else g)
    return torch.stack(rows).detach()


def influence(fn, x):
    t, h = x.shape
    blocks = _flat_jacobian(fn, x).view(t, h, t, h)
    return blocks.abs().amax(dim=(1, 3)) != 0
