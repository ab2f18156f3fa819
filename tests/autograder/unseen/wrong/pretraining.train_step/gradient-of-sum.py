# MISTAKE: The gradient is that of the sum of the losses; only the returned number is a mean. Shows with SGD and more than one micro-batch.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    running = 0.0
    for micro_batch in micro_batches:
        loss = model(**micro_batch)
        loss.backward()
        running += float(loss)
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return running / len(micro_batches)
