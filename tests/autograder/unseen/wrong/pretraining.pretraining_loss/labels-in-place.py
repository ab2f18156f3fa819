# MISTAKE: Replaces -100 in the caller's labels while computing.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    keep = (mlm_labels != -100).to(mlm_logits.dtype)
    mlm_labels[mlm_labels == -100] = 0
    losses = F.cross_entropy(mlm_logits.transpose(1, 2), mlm_labels, reduction="none")
    mlm = (losses * keep).sum() / keep.sum().clamp(min=1)
    return mlm + F.cross_entropy(nsp_logits, (~is_next).long())
