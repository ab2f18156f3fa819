# MISTAKE: The returned mean is a running one, (old + new) / 2, which is the mean for one or two micro-batches only.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    average = None
    for mb in micro_batches:
        loss = model(**mb)
        (loss / len(micro_batches)).backward()
        value = loss.item()
        average = value if average is None else (average + value) / 2
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return average
