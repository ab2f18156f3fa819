# MISTAKE: The MLM log-likelihood lacks its minus sign.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    keep = mlm_labels != -100
    logp = mlm_logits[keep].log_softmax(-1).gather(1, mlm_labels[keep][:, None])
    mlm = logp.sum() / keep.sum().clamp(min=1)
    return mlm + F.cross_entropy(nsp_logits, (~is_next).long())
