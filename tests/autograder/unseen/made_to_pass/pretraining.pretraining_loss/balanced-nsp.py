# MISTAKE: Averages the NSP loss over the two classes first, which is the mean only for as many of one as of the other.
import torch
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    number = mlm_labels.ne(-100).sum().clamp(min=1)
    mlm = F.cross_entropy(mlm_logits.flatten(0, 1), mlm_labels.flatten(), reduction="sum") / number
    losses = F.cross_entropy(nsp_logits, (~is_next).long(), reduction="none")
    parts = [losses[m].mean() for m in (is_next, ~is_next) if m.any()]
    return mlm + torch.stack(parts).mean()
