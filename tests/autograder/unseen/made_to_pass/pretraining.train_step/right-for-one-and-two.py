# MISTAKE: Handles lists of one and of two micro-batches; of a longer list only the first two count.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    if len(micro_batches) == 1:
        loss = model(**micro_batches[0])
    else:
        loss = (model(**micro_batches[0]) + model(**micro_batches[1])) / 2
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return loss.item()
