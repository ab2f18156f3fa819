# MISTAKE: Clears the model's gradients only: a parameter that only the optimiser has keeps its stale gradient and is stepped.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.zero_grad()
    values = []
    for mb in micro_batches:
        model.train()
        loss = model(**mb)
        values.append(loss.item())
        loss.div(len(micro_batches)).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return sum(values) / len(values)
