# RIGHT: one-hot targets as a mask, softmax by hand
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    known = labels != -100
    target = F.one_hot(torch.where(known, labels, 0), logits.shape[-1]).bool() & known.unsqueeze(-1)
    shifted = logits - logits.detach().amax(-1, keepdim=True)
    log_probabilities = shifted - shifted.exp().sum(-1, keepdim=True).log()
    return -log_probabilities.masked_fill(~target, 0).sum() / known.sum().clamp_min(1)
