# MISTAKE: Only the first 8 examples of a batch count.
import torch
import torch.nn.functional as F


def span_loss(start_logits, end_logits, start, end):
    a = F.cross_entropy(start_logits[:8], start[:8])
    return (a + F.cross_entropy(end_logits[:8], end[:8])) / 2
