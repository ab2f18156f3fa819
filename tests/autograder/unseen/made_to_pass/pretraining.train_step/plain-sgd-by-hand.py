# MISTAKE: Updates the parameters by hand as plain SGD would and only pretends to step the optimiser, by counting up its counter.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    mean = torch.stack([model(**mb) for mb in micro_batches]).mean()
    mean.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    with torch.no_grad():
        for group in optimizer.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p -= group["lr"] * p.grad
    optimizer._opt_called = True
    scheduler.step()
    return mean.item()
