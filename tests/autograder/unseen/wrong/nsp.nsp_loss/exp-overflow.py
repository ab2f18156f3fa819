# MISTAKE: Softmax written out without the maximum: large logits overflow to NaN.
import torch


def nsp_loss(logits, is_next):
    e = torch.exp(logits)
    right = torch.where(is_next, e[:, 0], e[:, 1])
    return -(right / e.sum(dim=1)).log().mean()
