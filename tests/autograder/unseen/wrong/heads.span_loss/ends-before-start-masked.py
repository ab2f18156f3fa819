# MISTAKE: End logits before the true start are masked out, which changes the end's cross-entropy.
import torch
import torch.nn.functional as F


def span_loss(start_logits, end_logits, start, end):
    places = torch.arange(end_logits.size(1))
    masked = end_logits.masked_fill(places < torch.minimum(start, end)[:, None], -torch.inf)
    return (F.cross_entropy(start_logits, start) + F.cross_entropy(masked, end)) / 2
