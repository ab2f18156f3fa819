# MISTAKE: The sum over the batch instead of the mean. Shows for B > 1.
from torch.nn import functional as F


def nsp_loss(logits, is_next):
    return F.cross_entropy(logits, (~is_next).long(), reduction="sum")
