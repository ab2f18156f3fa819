# MISTAKE: The start logits are judged against the end and the other way round.
import torch
import torch.nn.functional as F


def span_loss(start_logits, end_logits, start, end):
    return (F.cross_entropy(start_logits, end) + F.cross_entropy(end_logits, start)) / 2
