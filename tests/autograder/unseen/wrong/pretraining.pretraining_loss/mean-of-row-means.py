# MISTAKE: Averages within each row and then over the rows: rows with few selected positions weigh too much.
import torch
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    losses = F.cross_entropy(mlm_logits.transpose(1, 2), mlm_labels, reduction="none")
    counts = (mlm_labels != -100).sum(dim=1).clamp(min=1)
    mlm = (losses.sum(dim=1) / counts).mean()
    nsp = F.cross_entropy(nsp_logits, torch.where(is_next, 0, 1))
    return mlm + nsp
