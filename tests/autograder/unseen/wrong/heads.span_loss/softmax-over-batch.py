# MISTAKE: The softmax runs over the batch (axis 0) instead of over positions.
import torch
import torch.nn.functional as F


def span_loss(start_logits, end_logits, start, end):
    a = F.nll_loss(start_logits.log_softmax(0), start)
    return (a + F.nll_loss(end_logits.log_softmax(0), end)) / 2
