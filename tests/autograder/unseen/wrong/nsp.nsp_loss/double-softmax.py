# MISTAKE: Softmax before cross_entropy, which takes the softmax again.
from torch.nn import functional as F


def nsp_loss(logits, is_next):
    return F.cross_entropy(logits.softmax(dim=-1), (~is_next).long())
