# MISTAKE: Sigmoid on logit 0 alone (BCE): logit 1 is ignored.
from torch.nn import functional as F


def nsp_loss(logits, is_next):
    return F.binary_cross_entropy_with_logits(logits[:, 0], is_next.to(logits.dtype))
