# MISTAKE: Scales the gradient to max_grad_norm always, also up where it was smaller.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    losses = []
    for mb in micro_batches:
        loss = model(**mb)
        losses.append(loss.item())
        (loss / len(micro_batches)).backward()
    grads = [p.grad for p in model.parameters() if p.grad is not None]
    norm = torch.sqrt(sum((g**2).sum() for g in grads))
    for g in grads:
        g.mul_(max_grad_norm / (norm + 1e-12))
    optimizer.step()
    scheduler.step()
    return sum(losses) / len(losses)
