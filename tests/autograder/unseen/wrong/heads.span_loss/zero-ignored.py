# MISTAKE: Ignores examples whose answer is position 0.
import torch
import torch.nn.functional as F


def span_loss(start_logits, end_logits, start, end):
    a = F.cross_entropy(start_logits, start, ignore_index=0)
    return (a + F.cross_entropy(end_logits, end, ignore_index=0)) / 2
