# MISTAKE: Only labels above 0 count, so that a position whose label is token 0 is left out.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    keep = mlm_labels > 0
    mlm = F.cross_entropy(mlm_logits[keep], mlm_labels[keep], reduction="sum") / keep.sum().clamp(min=1)
    nsp = F.cross_entropy(nsp_logits, (~is_next).long())
    return mlm + nsp
