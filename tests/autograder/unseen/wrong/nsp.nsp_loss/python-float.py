# MISTAKE: Returns a Python float, not a tensor.
from torch.nn import functional as F


def nsp_loss(logits, is_next):
    return F.cross_entropy(logits, (~is_next).long()).item()
