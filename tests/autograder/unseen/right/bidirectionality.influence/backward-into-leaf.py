# RIGHT: backward with inputs=[leaf], which leaves the parameters alone
import torch


def influence(fn, x):
    leaf = x.detach().clone()
    leaf.requires_grad = True
    y = fn(leaf)
    rows = []
    for i in range(y.shape[0]):
        seen = torch.zeros(x.shape[0], dtype=torch.bool)
        for number in y[i] if y.requires_grad else ():
            leaf.grad = None
            number.backward(inputs=[leaf], retain_graph=True)
            if leaf.grad is not None:
                seen = seen | leaf.grad.ne(0).any(1)
        rows.append(seen)
    return torch.stack(rows)
