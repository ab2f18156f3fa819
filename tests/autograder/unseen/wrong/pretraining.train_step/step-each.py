# MISTAKE: One optimiser step for every micro-batch instead of one for all.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    losses = []
    for mb in micro_batches:
        optimizer.zero_grad()
        loss = model(**mb)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
        losses.append(loss.item())
    scheduler.step()
    return sum(losses) / len(losses)
