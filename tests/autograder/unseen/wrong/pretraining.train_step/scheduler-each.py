# MISTAKE: scheduler.step() for every micro-batch: the learning rate runs ahead.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    losses = []
    for mb in micro_batches:
        loss = model(**mb)
        (loss / len(micro_batches)).backward()
        losses.append(loss.item())
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    for _ in micro_batches:
        scheduler.step()
    return sum(losses) / len(losses)
