# MISTAKE: Steps every four micro-batches, as in a training loop: with another number the rest is dropped or there is no step at all.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    every = 4
    model.train()
    optimizer.zero_grad()
    total = 0.0
    for i, mb in enumerate(micro_batches, start=1):
        loss = model(**mb)
        total += loss.item()
        (loss / every).backward()
        if i % every == 0:
            torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
            optimizer.step()
            scheduler.step()
            optimizer.zero_grad()
    return total / len(micro_batches)
