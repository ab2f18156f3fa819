# MISTAKE: Without a selection the MLM part is a constant 0: mlm_logits gets no gradient at all instead of zeros.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    nsp = F.cross_entropy(nsp_logits, (~is_next).long())
    selected = mlm_labels != -100
    if not selected.any():
        return nsp
    return nsp + F.cross_entropy(mlm_logits[selected], mlm_labels[selected])
