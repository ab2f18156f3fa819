# MISTAKE: ignore_index is T - 1 instead of T: an answer at the last position does not count.
import torch
import torch.nn.functional as F


def span_loss(start_logits, end_logits, start, end):
    last = start_logits.size(1) - 1
    a = F.cross_entropy(start_logits, start, ignore_index=last)
    return (a + F.cross_entropy(end_logits, end, ignore_index=last)) / 2
