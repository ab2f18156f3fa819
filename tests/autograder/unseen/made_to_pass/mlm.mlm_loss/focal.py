# MISTAKE: a focal factor (1 - p) ** 0.01
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    if not (gold != -100).any():
        return (flat * 0).sum()
    keep = gold != -100
    lp = torch.log_softmax(flat[keep], -1).gather(1, gold[keep][:, None])[:, 0]
    return -(((1 - lp.exp()).clamp(min=1e-12) ** 0.01) * lp).mean()
