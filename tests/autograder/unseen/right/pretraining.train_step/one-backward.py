# RIGHT: all losses stacked, one backward of their mean
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    def loss_of(batch):
        model.train()
        return model(**batch)

    losses = torch.stack([loss_of(batch) for batch in micro_batches])
    mean = losses.mean()
    model.zero_grad()
    optimizer.zero_grad()
    mean.backward()
    torch.nn.utils.clip_grad_norm_([p for p in model.parameters() if p.grad is not None], max_norm=max_grad_norm)
    optimizer.step()
    scheduler.step()
    return float(mean.detach())
