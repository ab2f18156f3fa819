# RIGHT: get_total_norm and clip_grads_with_norm_, and the gradient is handed to backward instead of dividing the loss
import torch
from torch.nn.utils import clip_grads_with_norm_, get_total_norm


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    optimizer.zero_grad()
    kept = []
    for keywords in micro_batches:
        model.train()
        loss = model(**keywords)
        loss.backward(gradient=torch.full_like(loss, 1 / len(micro_batches)))
        kept.append(loss.detach())
    parameters = list(model.parameters())
    norm = get_total_norm([p.grad for p in parameters if p.grad is not None])
    clip_grads_with_norm_(parameters, max_grad_norm, norm)
    optimizer.step()
    scheduler.step()
    return sum(x.item() for x in kept) / len(kept)
