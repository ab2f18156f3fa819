# MISTAKE: The softmax runs over the positions (dim 0 of the flattened logits) and not over the vocabulary.
# KIND: own
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat = logits.reshape(-1, logits.shape[-1])
    targets = labels.reshape(-1)
    logp = F.log_softmax(flat, dim=0)
    total = F.nll_loss(logp, targets, ignore_index=-100, reduction='sum')
    count = (targets != -100).sum().clamp(min=1)
    return total / count
