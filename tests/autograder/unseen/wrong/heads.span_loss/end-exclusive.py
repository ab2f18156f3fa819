# MISTAKE: Takes end for the position after the answer and subtracts one.
import torch
import torch.nn.functional as F


def span_loss(start_logits, end_logits, start, end):
    return (F.cross_entropy(start_logits, start) + F.cross_entropy(end_logits, (end - 1).clamp(min=0))) / 2
