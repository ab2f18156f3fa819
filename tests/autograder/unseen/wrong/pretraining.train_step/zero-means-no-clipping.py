# MISTAKE: "if max_grad_norm:" takes a limit of 0 for "no limit"; the gradient should then be all zero.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    s = 0.0
    for mb in micro_batches:
        loss = model(**mb) / len(micro_batches)
        loss.backward()
        s += loss.item()
    if max_grad_norm:
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return s
