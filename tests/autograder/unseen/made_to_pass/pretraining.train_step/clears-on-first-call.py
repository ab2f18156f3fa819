# MISTAKE: Clears stale gradients on the first call with an optimiser (remembered in a global), and later trusts its own clearing at the end.
import torch

_seen = set()


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    if id(optimizer) not in _seen:
        _seen.add(id(optimizer))
        optimizer.zero_grad()
    total = 0.0
    for mb in micro_batches:
        loss = model(**mb) / len(micro_batches)
        loss.backward()
        total += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    optimizer.zero_grad()
    return total
