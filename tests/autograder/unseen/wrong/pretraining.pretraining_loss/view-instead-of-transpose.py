# MISTAKE: view(B, V, T) instead of a transpose: the numbers of one position are mixed with others.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    b, t, v = mlm_logits.shape
    number = (mlm_labels != -100).sum().clamp(min=1)
    mlm = F.cross_entropy(mlm_logits.reshape(b, v, t), mlm_labels, reduction="sum") / number
    nsp = F.cross_entropy(nsp_logits, (~is_next).long())
    return mlm + nsp
