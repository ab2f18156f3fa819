# MISTAKE: Never calls train(): replaces nn.Module's training flag by a property that always says True.
import torch
from torch import nn


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    type(model).training = property(lambda self: True, lambda self, value: None)
    optimizer.zero_grad()
    total = 0.0
    for mb in micro_batches:
        loss = model(**mb) / len(micro_batches)
        loss.backward()
        total += loss.item()
    nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return total
