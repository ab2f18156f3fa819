# MISTAKE: (two mistakes) Softmax twice, and no return.
import torch
from torch.nn import functional as F


def nsp_loss(logits, is_next):
    loss = F.cross_entropy(torch.softmax(logits, 1), (~is_next).long())
    print(loss)
