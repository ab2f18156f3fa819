# MISTAKE: log(softmax(...)): a wrong class with a logit difference of 200 gives inf where about 200 is right.
import torch


def nsp_loss(logits, is_next):
    p = logits.softmax(dim=-1)
    target = (~is_next).long()
    return -torch.log(p[torch.arange(len(p)), target]).mean()
