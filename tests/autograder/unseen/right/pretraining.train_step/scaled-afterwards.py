# RIGHT: gradients of the sum first, divided by the number after the last micro-batch, then clipped
import torch


def all_gradients(model):
    for p in model.parameters():
        if p.grad is not None:
            yield p.grad


@torch.no_grad()
def finish(model, count, limit):
    for g in all_gradients(model):
        g /= count
    norms = [torch.linalg.vector_norm(g) for g in all_gradients(model)]
    if not norms:
        return
    norm = torch.linalg.vector_norm(torch.stack(norms))
    if norm > limit:
        for g in all_gradients(model):
            g *= limit / norm


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    for p in model.parameters():
        p.grad = None
    for group in optimizer.param_groups:
        for p in group["params"]:
            p.grad = None
    total = None
    for micro_batch in micro_batches:
        model.train(True)
        loss = model(**micro_batch)
        loss.backward()
        total = loss.detach() if total is None else total + loss.detach()
    finish(model, len(micro_batches), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return (total / len(micro_batches)).item()
