# MISTAKE: Sets model.training = True, which does not reach the submodules: dropout inside stays off after eval().
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.training = True
    optimizer.zero_grad()
    mean = torch.stack([model(**mb) for mb in micro_batches]).mean()
    mean.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return mean.item()
