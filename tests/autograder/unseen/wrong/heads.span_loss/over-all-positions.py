# MISTAKE: The mean runs over batch and positions, so that the loss is divided by T as well.
import torch
import torch.nn.functional as F


def span_loss(start_logits, end_logits, start, end):
    def ce(logits, target):
        return -(F.one_hot(target, logits.size(1)) * logits.log_softmax(1)).mean()

    return (ce(start_logits, start) + ce(end_logits, end)) / 2
