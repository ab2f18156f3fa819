# MISTAKE: One softmax over start and end logits together.
import torch
import torch.nn.functional as F


def span_loss(start_logits, end_logits, start, end):
    both = torch.cat([start_logits, end_logits], dim=1)
    return (F.cross_entropy(both, start) + F.cross_entropy(both, end + start_logits.size(1))) / 2
