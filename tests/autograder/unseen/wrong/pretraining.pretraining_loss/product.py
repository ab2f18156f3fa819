# MISTAKE: Multiplies the two losses.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    number = mlm_labels.ne(-100).sum().clamp(min=1)
    mlm = F.cross_entropy(mlm_logits.flatten(0, 1), mlm_labels.flatten(), reduction="sum") / number
    nsp = F.cross_entropy(nsp_logits, (~is_next).long())
    return mlm * nsp
