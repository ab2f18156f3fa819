# MISTAKE: The own norm lacks its square root: gradients with a norm above 1 are clipped too hard, below 1 too late.
def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    total = 0.0
    for mb in micro_batches:
        loss = model(**mb) / len(micro_batches)
        loss.backward()
        total += loss.item()
    norm = sum(p.grad.pow(2).sum().item() for p in model.parameters() if p.grad is not None)
    if norm > max_grad_norm:
        for p in model.parameters():
            if p.grad is not None:
                p.grad.mul_(max_grad_norm / norm)
    optimizer.step()
    scheduler.step()
    return total
