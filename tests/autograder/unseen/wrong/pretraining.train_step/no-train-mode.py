# MISTAKE: model.train() is missing: a model that comes in eval mode is trained without dropout.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    optimizer.zero_grad()
    loss_value = 0.0
    for mb in micro_batches:
        loss = model(**mb)
        loss_value += loss.item() / len(micro_batches)
        (loss / len(micro_batches)).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return loss_value
