# MISTAKE: Returns the loss of the last micro-batch alone.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    for mb in micro_batches:
        loss = model(**mb)
        (loss / len(micro_batches)).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return loss.item()
