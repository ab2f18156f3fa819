# MISTAKE: The optimiser never steps.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    optimizer.zero_grad()
    model.train()
    loss = sum(model(**mb) for mb in micro_batches) / len(micro_batches)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    scheduler.step()
    return loss.item()
