# MISTAKE: Trains a deep copy and copies its parameters back, but not its buffers: BatchNorm's running statistics stay.
import copy

import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    twin = copy.deepcopy(model)
    twin.train()
    for p in twin.parameters():
        p.grad = None
    optimizer.zero_grad()
    mean = torch.stack([twin(**mb) for mb in micro_batches]).mean()
    mean.backward()
    torch.nn.utils.clip_grad_norm_(twin.parameters(), max_grad_norm)
    for p, q in zip(model.parameters(), twin.parameters()):
        p.grad = q.grad
    model.train()
    optimizer.step()
    scheduler.step()
    return mean.item()
