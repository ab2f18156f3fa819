# MISTAKE: exp() of the raw logits overflows for large ones.
import torch
import torch.nn.functional as F


def span_loss(start_logits, end_logits, start, end):
    def ce(x, y):
        return (x.exp().sum(1).log() - x.gather(1, y[:, None])[:, 0]).mean()

    return (ce(start_logits, start) + ce(end_logits, end)) / 2
