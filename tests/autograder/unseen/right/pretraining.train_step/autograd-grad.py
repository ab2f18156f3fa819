# RIGHT: torch.autograd.grad, sums kept outside .grad and put there at the end, own clipping in float64
import math

import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    params = [p for p in dict.fromkeys(model.parameters()) if p.requires_grad]
    sums = [None] * len(params)
    values = []
    for batch in micro_batches:
        loss = model.train()(**batch)
        values.append(loss.item())
        for i, g in enumerate(torch.autograd.grad(loss, params, allow_unused=True)):
            if g is not None:
                sums[i] = g if sums[i] is None else sums[i] + g
    n = len(values)
    means = [None if s is None else s / n for s in sums]
    norm = math.sqrt(math.fsum(float(g.double().square().sum()) for g in means if g is not None))
    factor = 1.0 if norm <= max_grad_norm else max_grad_norm / norm
    for group in optimizer.param_groups:
        for p in group["params"]:
            p.grad = None
    for p, g in zip(params, means):
        p.grad = None if g is None else g * factor
    optimizer.step()
    scheduler.step()
    return math.fsum(values) / n
