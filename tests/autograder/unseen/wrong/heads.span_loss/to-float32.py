# MISTAKE: Casts to float32, so that the loss of float64 logits is float32.
import torch
import torch.nn.functional as F


def span_loss(start_logits, end_logits, start, end):
    return (F.cross_entropy(start_logits.float(), start) + F.cross_entropy(end_logits.float(), end)) / 2
