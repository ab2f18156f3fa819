# RIGHT: logaddexp of the difference of the logits
import torch


def nsp_loss(logits, is_next):
    other = torch.where(is_next, logits[:, 1], logits[:, 0])
    own = torch.where(is_next, logits[:, 0], logits[:, 1])
    gap = other - own
    return torch.logaddexp(gap, torch.zeros_like(gap)).mean()
