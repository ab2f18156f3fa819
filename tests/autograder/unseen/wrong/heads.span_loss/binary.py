# MISTAKE: Binary cross-entropy at each position instead of one softmax over positions.
import torch
import torch.nn.functional as F


def span_loss(start_logits, end_logits, start, end):
    def bce(x, y):
        return F.binary_cross_entropy_with_logits(x, F.one_hot(y, x.size(1)).to(x.dtype))

    return (bce(start_logits, start) + bce(end_logits, end)) / 2
