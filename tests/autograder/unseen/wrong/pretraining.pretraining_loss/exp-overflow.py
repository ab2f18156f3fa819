# MISTAKE: log(sum(exp(x))) by hand overflows for large logits.
import torch
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    keep = mlm_labels != -100
    x, y = mlm_logits[keep], mlm_labels[keep]
    losses = torch.log(torch.exp(x).sum(-1)) - x.gather(-1, y[:, None])[:, 0]
    mlm = losses.sum() / max(1, len(y))
    return mlm + F.cross_entropy(nsp_logits, (~is_next).long())
