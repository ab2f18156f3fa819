# MISTAKE: nll_loss on logits without log_softmax.
import torch
import torch.nn.functional as F


def span_loss(start_logits, end_logits, start, end):
    return (F.nll_loss(start_logits, start) + F.nll_loss(end_logits, end)) / 2
