# MISTAKE: Divides by len(micro_batches[0]), which is the number of keyword arguments, not of micro-batches.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    accumulation_steps = len(micro_batches[0])
    total = 0.0
    for mb in micro_batches:
        loss = model(**mb)
        (loss / accumulation_steps).backward()
        total += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return total / len(micro_batches)
