# MISTAKE: Clips only the parameters of the optimiser's first group. Shows where there are several groups.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    losses = torch.stack([model(**mb) for mb in micro_batches])
    losses.mean().backward()
    torch.nn.utils.clip_grad_norm_(optimizer.param_groups[0]["params"], max_grad_norm)
    optimizer.step()
    scheduler.step()
    return losses.mean().item()
