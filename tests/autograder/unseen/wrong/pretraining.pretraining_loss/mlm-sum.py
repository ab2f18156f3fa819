# MISTAKE: The MLM loss is a sum over positions, not a mean.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    vocabulary = mlm_logits.shape[-1]
    mlm = F.cross_entropy(mlm_logits.reshape(-1, vocabulary), mlm_labels.reshape(-1), reduction="sum")
    nsp = F.cross_entropy(nsp_logits, 1 - is_next.long())
    return mlm + nsp
