# RIGHT: summed cross-entropy over the count, at least one
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    count = (mlm_labels != -100).sum().clamp(min=1)
    flat = mlm_logits.reshape(-1, mlm_logits.shape[-1])
    mlm = F.cross_entropy(flat, mlm_labels.reshape(-1), ignore_index=-100, reduction="sum") / count
    nsp = F.cross_entropy(nsp_logits, (~is_next).long())
    return mlm + nsp
