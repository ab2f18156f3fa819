# MISTAKE: Sets requires_grad on every parameter "for training": frozen ones are trained too.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train().requires_grad_(True)
    optimizer.zero_grad()
    losses = []
    for mb in micro_batches:
        loss = model(**mb)
        losses.append(loss.item())
        (loss / len(micro_batches)).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return sum(losses) / len(losses)
