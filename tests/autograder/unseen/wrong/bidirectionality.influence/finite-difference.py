# MISTAKE: Compares the outputs before and after adding 1e-3 to an input row: True for x ** 2 at 0, whose derivative is 0, and False where the effect is lost in rounding.
import torch


def influence(fn, x):
    with torch.no_grad():
        base = fn(x.detach().clone())
        t = x.shape[0]
        result = torch.zeros(t, t, dtype=torch.bool)
        for j in range(t):
            moved = x.detach().clone()
            moved[j] += 1e-3
            result[:, j] = (fn(moved) != base).any(dim=-1)
    return result
