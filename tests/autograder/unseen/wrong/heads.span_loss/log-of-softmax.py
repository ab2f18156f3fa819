# MISTAKE: log(softmax(x)) is -inf where a probability underflows to zero.
import torch
import torch.nn.functional as F


def span_loss(start_logits, end_logits, start, end):
    a = F.nll_loss(start_logits.softmax(1).log(), start)
    return (a + F.nll_loss(end_logits.softmax(1).log(), end)) / 2
