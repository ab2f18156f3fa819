# MISTAKE: norm_type inf: the largest entry is limited, not the L2 norm.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    out = 0.0
    for mb in micro_batches:
        loss = model(**mb).div(len(micro_batches))
        loss.backward()
        out += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm, norm_type=float("inf"))
    optimizer.step()
    scheduler.step()
    return out
