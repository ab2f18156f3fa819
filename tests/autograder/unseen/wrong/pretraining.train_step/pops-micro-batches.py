# MISTAKE: Empties the caller's list while it works.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    n = len(micro_batches)
    total = 0.0
    while micro_batches:
        loss = model(**micro_batches.pop(0)) / n
        loss.backward()
        total += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return total
