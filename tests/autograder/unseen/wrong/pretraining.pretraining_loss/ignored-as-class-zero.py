# MISTAKE: -100 is replaced by 0 and counted: every unselected position is trained towards token 0.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    labels = mlm_labels.clamp(min=0)
    mlm = F.cross_entropy(mlm_logits.movedim(-1, 1), labels)
    nsp = F.cross_entropy(nsp_logits, (~is_next).long())
    return mlm + nsp
