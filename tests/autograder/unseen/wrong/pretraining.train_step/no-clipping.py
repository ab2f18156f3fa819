# MISTAKE: max_grad_norm is never used.
def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    mean = sum(model(**mb) for mb in micro_batches) / len(micro_batches)
    mean.backward()
    optimizer.step()
    scheduler.step()
    return mean.item()
