# MISTAKE: The logits are cast to float32: a float64 input gives a float32 loss.
from torch.nn import functional as F


def nsp_loss(logits, is_next):
    return F.cross_entropy(logits.float(), (~is_next).long())
