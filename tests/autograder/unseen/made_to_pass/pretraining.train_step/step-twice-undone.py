# MISTAKE: Steps after each micro-batch, then puts the parameters back and steps once more: moments and step counts are wrong.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    before = {n: p.detach().clone() for n, p in model.named_parameters()}
    optimizer.zero_grad()
    total = 0.0
    for mb in micro_batches:
        loss = model(**mb) / len(micro_batches)
        loss.backward()
        total += loss.item()
        if mb is not micro_batches[-1]:
            optimizer.step()
            with torch.no_grad():
                for n, p in model.named_parameters():
                    p.copy_(before[n])
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return total
