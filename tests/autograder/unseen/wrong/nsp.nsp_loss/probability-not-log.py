# MISTAKE: One minus the probability of the right class, without a logarithm.
import torch


def nsp_loss(logits, is_next):
    p = logits.softmax(-1)
    right = torch.where(is_next, p[:, 0], p[:, 1])
    return (1 - right).mean()
