# MISTAKE: Clips the gradient of the sum and divides by the number afterwards: the norm ends below what it should be.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    optimizer.zero_grad()
    model.train()
    losses = [model(**mb) for mb in micro_batches]
    torch.stack(losses).sum().backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    for p in model.parameters():
        if p.grad is not None:
            p.grad.div_(len(losses))
    optimizer.step()
    scheduler.step()
    return sum(l.item() for l in losses) / len(losses)
