# MISTAKE: Only the first 8 rows count.
from torch.nn import functional as F


def nsp_loss(logits, is_next):
    return F.cross_entropy(logits[:8], (~is_next[:8]).long())
