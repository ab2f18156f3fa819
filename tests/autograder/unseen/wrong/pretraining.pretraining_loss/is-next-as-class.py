# MISTAKE: is_next.long() is the class: True becomes class 1, but class 0 means "follows".
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    count = (mlm_labels != -100).sum().clamp(min=1)
    mlm = F.cross_entropy(mlm_logits.flatten(0, 1), mlm_labels.flatten(), reduction="sum") / count
    return mlm + F.cross_entropy(nsp_logits, is_next.long())
