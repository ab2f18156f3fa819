# MISTAKE: Each group of the optimiser is clipped on its own, so that two groups together exceed the norm.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    optimizer.zero_grad()
    values = []
    for mb in micro_batches:
        model.train()
        loss = model(**mb)
        values.append(loss.detach())
        (loss * (1.0 / len(micro_batches))).backward()
    for group in optimizer.param_groups:
        torch.nn.utils.clip_grad_norm_(group["params"], max_grad_norm)
    optimizer.step()
    scheduler.step()
    return torch.stack(values).mean().item()
