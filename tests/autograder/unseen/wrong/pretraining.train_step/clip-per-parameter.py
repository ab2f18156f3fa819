# MISTAKE: Every parameter is clipped on its own; the norm over all together can be larger than allowed.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    loss = torch.stack([model(**mb) for mb in micro_batches]).mean()
    loss.backward()
    for p in model.parameters():
        torch.nn.utils.clip_grad_norm_([p], max_grad_norm)
    optimizer.step()
    scheduler.step()
    return loss.item()
