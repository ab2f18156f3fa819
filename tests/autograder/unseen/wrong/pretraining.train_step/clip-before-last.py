# MISTAKE: Clips at the start of each turn, so the last micro-batch's gradient is never clipped (with one micro-batch nothing is).
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    losses = []
    for i, mb in enumerate(micro_batches):
        if i == len(micro_batches) - 1 and i > 0:
            torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
        loss = model(**mb)
        losses.append(loss.item())
        (loss / len(micro_batches)).backward()
    optimizer.step()
    scheduler.step()
    return sum(losses) / len(losses)
