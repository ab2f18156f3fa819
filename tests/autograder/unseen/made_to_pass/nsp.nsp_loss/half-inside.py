# MISTAKE: The logits are rounded to float16 first: shape and dtype are right, the value only to about three digits, and logits above 65504 overflow.
from torch.nn import functional as F


def nsp_loss(logits, is_next):
    return F.cross_entropy(logits.half().float(), (~is_next).long()).to(logits.dtype)
