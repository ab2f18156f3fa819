# MISTAKE: Plain cross_entropy: where no position is selected the mean of nothing is NaN.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    mlm = F.cross_entropy(mlm_logits.reshape(-1, mlm_logits.size(-1)), mlm_labels.reshape(-1))
    nsp = F.cross_entropy(nsp_logits, (~is_next).long())
    return mlm + nsp
