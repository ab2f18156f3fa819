# MISTAKE: Adds 1e-6 to the probability before the log: confident mistakes cost at most 13.8.
import torch
import torch.nn.functional as F


def span_loss(start_logits, end_logits, start, end):
    def ce(x, y):
        return -(x.softmax(1).gather(1, y[:, None]) + 1e-6).log().mean()

    return (ce(start_logits, start) + ce(end_logits, end)) / 2
