# MISTAKE: Returns the mean loss of a second pass, after the step.
import torch


def mean_loss(model, micro_batches):
    return sum(model(**mb) for mb in micro_batches) / len(micro_batches)


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    mean_loss(model, micro_batches).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    with torch.no_grad():
        return mean_loss(model, micro_batches).item()
