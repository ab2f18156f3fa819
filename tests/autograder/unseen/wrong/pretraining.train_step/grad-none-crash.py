# MISTAKE: Own clipping reads p.grad of every parameter: one that the loss does not use (or a frozen one) has None and crashes.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    mean = torch.stack([model(**mb) for mb in micro_batches]).mean()
    mean.backward()
    norm = torch.cat([p.grad.flatten() for p in model.parameters()]).norm()
    if norm > max_grad_norm:
        for p in model.parameters():
            p.grad *= max_grad_norm / norm
    optimizer.step()
    scheduler.step()
    return mean.item()
