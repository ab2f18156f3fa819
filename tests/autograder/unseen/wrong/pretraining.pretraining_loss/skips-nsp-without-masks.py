# MISTAKE: Returns early with 0 where nothing is selected: the NSP loss is lost too.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    keep = mlm_labels != -100
    if keep.sum() == 0:
        return mlm_logits.sum() * 0 + nsp_logits.sum() * 0
    mlm = F.cross_entropy(mlm_logits[keep], mlm_labels[keep])
    nsp = F.cross_entropy(nsp_logits, (~is_next).long())
    return mlm + nsp
