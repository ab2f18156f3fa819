# MISTAKE: Own clipping divides by the norm in Python: a gradient of all zeros raises ZeroDivisionError.
import math


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    loss_sum = 0.0
    for mb in micro_batches:
        loss = model(**mb)
        loss_sum += loss.item()
        (loss / len(micro_batches)).backward()
    grads = [p.grad for p in model.parameters() if p.grad is not None]
    norm = math.sqrt(sum(g.pow(2).sum().item() for g in grads))
    scale = min(1.0, max_grad_norm / norm)
    for g in grads:
        g.mul_(scale)
    optimizer.step()
    scheduler.step()
    return loss_sum / len(micro_batches)
