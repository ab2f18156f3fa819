# MISTAKE: The scheduler steps before the optimiser: the step is made with the next learning rate.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    mean = sum([model(**mb) for mb in micro_batches]) / len(micro_batches)
    mean.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    scheduler.step()
    optimizer.step()
    return mean.item()
