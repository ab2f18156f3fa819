# RIGHT: gradients gathered loss by loss, each divided by the number of micro-batches
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    optimizer.zero_grad(set_to_none=True)
    total = 0.0
    for micro_batch in micro_batches:
        model.train()
        loss = model(**micro_batch) / len(micro_batches)
        loss.backward()
        total += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return total
