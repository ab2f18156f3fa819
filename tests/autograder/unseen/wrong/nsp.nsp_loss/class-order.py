# MISTAKE: The classes are swapped: "is next" is taken as class 1.
from torch.nn import functional as F


def nsp_loss(logits, is_next):
    return F.cross_entropy(logits, is_next.long())
