# MISTAKE: Calls model.train() only where the root is in eval mode: a submodule left in eval mode under a training root stays there.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    if not model.training:
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
