# MISTAKE: The mean of the two losses instead of their sum.
import torch
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    count = (mlm_labels != -100).sum().clamp(min=1)
    mlm = F.cross_entropy(mlm_logits.transpose(1, 2), mlm_labels, reduction="sum") / count
    nsp = F.cross_entropy(nsp_logits, (~is_next).long())
    return torch.stack([mlm, nsp]).mean()
