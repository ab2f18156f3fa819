# MISTAKE: The losses are divided by the number for backward and their sum again for the answer.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    losses = []
    for mb in micro_batches:
        loss = model(**mb) / len(micro_batches)
        loss.backward()
        losses.append(loss.item())
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return sum(losses) / len(losses)
