# MISTAKE: log_softmax over the batch (dim 0) instead of over the classes.
from torch.nn import functional as F


def nsp_loss(logits, is_next):
    log_p = F.log_softmax(logits, dim=0)
    return F.nll_loss(log_p, (~is_next).long())
