# RIGHT: a fresh call of fn for every output number
import torch


class _Probe:
    def __init__(self, fn, x):
        self.fn = fn
        self.x = x.detach()

    def derivative(self, i, k):
        leaf = torch.empty_like(self.x).copy_(self.x).requires_grad_(True)
        with torch.enable_grad():
            target = self.fn(leaf)[i, k]
        if not target.requires_grad:
            return torch.zeros_like(leaf)
        grads = torch.autograd.grad(target, [leaf], allow_unused=True)
        return torch.zeros_like(leaf) if grads[0] is None else grads[0]


def influence(fn, x):
    probe = _Probe(fn, x)
    t, h = x.shape
    table = [[False] * t for _ in range(t)]
    for i in range(t):
        for k in range(h):
            d = probe.derivative(i, k)
            for j in range(t):
                if bool(torch.count_nonzero(d[j])):
                    table[i][j] = True
    return torch.tensor(table)
