# RIGHT: selects the labelled positions, cross_entropy, or a zero with a graph
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    keep = labels != -100
    if not keep.any():
        return logits[keep].sum()
    return F.cross_entropy(logits[keep], labels[keep])
