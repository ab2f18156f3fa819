# MISTAKE: The NSP loss is a sum over the batch. Invisible for a batch of one.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    keep = mlm_labels != -100
    mlm = F.cross_entropy(mlm_logits[keep], mlm_labels[keep], reduction="sum") / keep.sum().clamp(min=1)
    nsp = F.cross_entropy(nsp_logits, 1 - is_next.long(), reduction="sum")
    return mlm + nsp
