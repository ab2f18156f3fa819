# RIGHT: a context manager for evaluation mode
from contextlib import contextmanager

import torch


@contextmanager
def evaluating(module):
    training = [part for part in module.modules() if part.training]
    for part in training:
        part.training = False
    try:
        yield module
    finally:
        for part in training:
            part.training = True


@torch.no_grad()
def cache_features(encoder, batches):
    rows = []
    with evaluating(encoder) as quiet:
        for batch in batches:
            rows.extend(quiet(**batch)[:, 0].unbind(0))
    return torch.stack(rows)
