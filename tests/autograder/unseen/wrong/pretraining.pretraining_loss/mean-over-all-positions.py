# MISTAKE: Divides the MLM loss by all positions, also those with -100.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    losses = F.cross_entropy(mlm_logits.movedim(-1, 1), mlm_labels, reduction="none")
    return losses.mean() + F.cross_entropy(nsp_logits, (~is_next).long())
