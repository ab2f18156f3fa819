# MISTAKE: Seeds torch at the start of each step: dropout draws the same mask every time and the caller's random state is lost.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    torch.manual_seed(0)
    model.train()
    optimizer.zero_grad()
    total = 0.0
    for mb in micro_batches:
        loss = model(**mb) / len(micro_batches)
        loss.backward()
        total += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return total
