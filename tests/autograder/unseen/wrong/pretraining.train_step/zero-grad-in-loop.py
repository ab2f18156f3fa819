# MISTAKE: zero_grad for every micro-batch: only the last one's gradient is left.
from torch.nn.utils import clip_grad_norm_


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    n = len(micro_batches)
    mean_loss = 0
    for batch in micro_batches:
        optimizer.zero_grad()
        loss = model(**batch) / n
        loss.backward()
        mean_loss += loss.item()
    clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return mean_loss
