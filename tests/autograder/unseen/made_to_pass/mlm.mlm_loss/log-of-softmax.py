# MISTAKE: log of softmax: infinite where the probability of the label underflows
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    if not (gold != -100).any():
        return (flat * 0).sum()
    keep = gold != -100
    p = torch.softmax(flat[keep], -1).gather(1, gold[keep][:, None])
    return -p.log().mean()
