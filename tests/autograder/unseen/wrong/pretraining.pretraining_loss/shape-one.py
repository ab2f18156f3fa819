# MISTAKE: The result has shape (1,) instead of being a scalar.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    loss = mlm_logits.new_zeros(1)
    number = (mlm_labels != -100).sum().clamp(min=1)
    loss = loss + F.cross_entropy(mlm_logits.flatten(0, 1), mlm_labels.flatten(), reduction="sum") / number
    loss = loss + F.cross_entropy(nsp_logits, (~is_next).long())
    return loss
