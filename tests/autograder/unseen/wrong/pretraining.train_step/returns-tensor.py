# MISTAKE: Returns a tensor that still hangs on the graph instead of a float.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    losses = [model(**mb) for mb in micro_batches]
    mean = torch.stack(losses).mean()
    mean.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return mean
