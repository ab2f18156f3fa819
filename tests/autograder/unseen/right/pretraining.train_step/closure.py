# RIGHT: everything up to the clipping sits in a closure that optimizer.step calls once
import statistics

import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    losses = []

    def closure():
        optimizer.zero_grad()
        for micro_batch in micro_batches:
            model.train()
            loss = model(**micro_batch)
            losses.append(loss.item())
            loss.div(len(micro_batches)).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
        return losses[-1]

    closure()
    optimizer.step()
    scheduler.step()
    return statistics.fmean(losses)
