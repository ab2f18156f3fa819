# MISTAKE: scheduler.step() is missing.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    acc = torch.zeros(())
    for mb in micro_batches:
        loss = model(**mb) / len(micro_batches)
        loss.backward()
        acc = acc + loss.detach()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return acc.item()
