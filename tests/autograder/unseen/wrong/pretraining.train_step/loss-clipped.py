# MISTAKE: Limits the loss (torch.clamp) instead of the gradient: a loss above the limit gives no gradient at all.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    total = 0.0
    for mb in micro_batches:
        loss = model(**mb)
        total += loss.item()
        torch.clamp(loss / len(micro_batches), max=max_grad_norm).backward()
    optimizer.step()
    scheduler.step()
    return total / len(micro_batches)
