# RIGHT: an ExitStack that puts modes and grad mode back
from contextlib import ExitStack

import torch


def cache_features(encoder, batches):
    with ExitStack() as stack:
        for part in encoder.modules():
            stack.callback(setattr, part, "training", part.training)
        stack.enter_context(torch.set_grad_enabled(False))
        encoder.train(False)
        first = lambda hidden: hidden.narrow(1, 0, 1).squeeze(1)  # noqa: E731
        return torch.cat([first(encoder(**b)) for b in batches], dim=0)
