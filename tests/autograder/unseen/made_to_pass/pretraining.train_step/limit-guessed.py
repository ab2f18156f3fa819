# MISTAKE: Always clips to 1.0, the usual value, whatever max_grad_norm says.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm=1.0):
    model.train()
    optimizer.zero_grad()
    total = 0.0
    for mb in micro_batches:
        loss = model(**mb) / len(micro_batches)
        loss.backward()
        total += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    scheduler.step()
    return total
