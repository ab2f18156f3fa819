# MISTAKE: The value is right; the gradient goes to the start alone, twice as large.
import torch
import torch.nn.functional as F


def span_loss(start_logits, end_logits, start, end):
    a, b = F.cross_entropy(start_logits, start), F.cross_entropy(end_logits, end)
    return a + ((b - a) / 2).detach()
