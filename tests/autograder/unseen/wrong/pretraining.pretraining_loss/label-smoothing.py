# MISTAKE: label_smoothing 0.1 in the MLM loss.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    keep = mlm_labels != -100
    mlm = F.cross_entropy(mlm_logits[keep], mlm_labels[keep], label_smoothing=0.1, reduction="sum")
    return mlm / keep.sum().clamp(min=1) + F.cross_entropy(nsp_logits, (~is_next).long())
