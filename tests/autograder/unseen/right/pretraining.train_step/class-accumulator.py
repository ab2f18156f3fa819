# RIGHT: a context-managed class holds the accumulation; mode switched before each pass and put back at the end
from contextlib import contextmanager

import torch
from torch import nn


@contextmanager
def training(model):
    modes = [(m, m.training) for m in model.modules()]
    model.train()
    try:
        yield model
    finally:
        for m, mode in modes:
            m.training = mode


class Accumulator:
    def __init__(self, model, optimizer):
        self.model, self.optimizer = model, optimizer
        self.losses = []
        optimizer.zero_grad()

    def add(self, batch, share):
        with training(self.model):
            loss = self.model(**batch)
        torch.mul(loss, share).backward()
        self.losses.append(float(loss))

    @property
    def mean(self):
        return sum(self.losses) / len(self.losses)


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    accumulator = Accumulator(model, optimizer)
    for batch in micro_batches:
        accumulator.add(batch, 1 / len(micro_batches))
    nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm, norm_type=2.0, foreach=False)
    optimizer.step()
    scheduler.step()
    return accumulator.mean
