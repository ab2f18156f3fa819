# MISTAKE: Clamps the logits to +-30 "for stability": right for ordinary ones, wrong for large.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    a, b = mlm_logits.clamp(-30, 30), nsp_logits.clamp(-30, 30)
    number = mlm_labels.ne(-100).sum().clamp(min=1)
    mlm = F.cross_entropy(a.flatten(0, 1), mlm_labels.flatten(), reduction="sum") / number
    return mlm + F.cross_entropy(b, (~is_next).long())
