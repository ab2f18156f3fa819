# MISTAKE: squeeze() on the positions: a batch of one does not run.
import torch
import torch.nn.functional as F


def span_loss(start_logits, end_logits, start, end):
    return (F.cross_entropy(start_logits, start.squeeze()) + F.cross_entropy(end_logits, end.squeeze())) / 2
