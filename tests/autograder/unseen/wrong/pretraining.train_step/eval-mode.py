# MISTAKE: The forward passes run in eval mode.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.eval()
    optimizer.zero_grad()
    losses = []
    for mb in micro_batches:
        loss = model(**mb)
        losses.append(loss.item())
        (loss / len(micro_batches)).backward()
    model.train()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return sum(losses) / len(losses)
