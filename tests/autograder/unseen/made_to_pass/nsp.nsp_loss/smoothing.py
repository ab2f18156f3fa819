# MISTAKE: Label smoothing of 0.01: close to right for small logits.
from torch.nn import functional as F


def nsp_loss(logits, is_next):
    return F.cross_entropy(logits, (~is_next).long(), label_smoothing=0.01)
