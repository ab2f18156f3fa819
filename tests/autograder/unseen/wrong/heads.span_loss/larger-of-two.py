# MISTAKE: The larger of the two losses instead of their mean.
import torch
import torch.nn.functional as F


def span_loss(start_logits, end_logits, start, end):
    return torch.maximum(F.cross_entropy(start_logits, start), F.cross_entropy(end_logits, end))
