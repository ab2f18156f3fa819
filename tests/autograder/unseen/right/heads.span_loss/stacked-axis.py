# RIGHT: stacked to (B, T, 2), with the two as an extra axis of cross_entropy
import torch
import torch.nn.functional as F


def span_loss(start_logits, end_logits, start, end):
    logits = torch.stack([start_logits, end_logits], dim=-1)
    return F.cross_entropy(logits, torch.stack([start, end], dim=-1))
