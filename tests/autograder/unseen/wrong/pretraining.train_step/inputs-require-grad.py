# MISTAKE: Switches on requires_grad for the floating inputs of the micro-batches, which changes the caller's tensors.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    for mb in micro_batches:
        for value in mb.values():
            if value.is_floating_point():
                value.requires_grad_(True)
    mean = torch.stack([model(**mb) for mb in micro_batches]).mean()
    mean.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return mean.item()
