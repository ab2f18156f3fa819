# MISTAKE: logical_not_ turns the caller's is_next round.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    classes = is_next.logical_not_().long()
    number = mlm_labels.ne(-100).sum().clamp(min=1)
    mlm = F.cross_entropy(mlm_logits.flatten(0, 1), mlm_labels.flatten(), reduction="sum") / number
    return mlm + F.cross_entropy(nsp_logits, classes)
