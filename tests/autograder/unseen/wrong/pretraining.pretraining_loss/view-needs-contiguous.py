# MISTAKE: view(-1, V) fails for logits that are not contiguous.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    number = (mlm_labels != -100).sum().clamp(min=1)
    mlm = F.cross_entropy(mlm_logits.view(-1, mlm_logits.size(-1)), mlm_labels.view(-1), reduction="sum") / number
    nsp = F.cross_entropy(nsp_logits.view(-1, 2), (~is_next).long().view(-1))
    return mlm + nsp
