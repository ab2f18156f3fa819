# MISTAKE: Gradients are cleared after the step only, so those from before the very first call still count.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    losses = []
    for mb in micro_batches:
        model.train()
        loss = model(**mb)
        (loss / len(micro_batches)).backward()
        losses.append(loss.item())
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    optimizer.zero_grad()
    return sum(losses) / len(losses)
