# MISTAKE: Where every pair is a real one (or every pair random) it takes the loss as 0.
from torch.nn import functional as F


def nsp_loss(logits, is_next):
    if is_next.all() or not is_next.any():
        return logits.sum() * 0.0
    return F.cross_entropy(logits, (~is_next).long())
