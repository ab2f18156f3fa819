# MISTAKE: the logit of the label is detached: the value is right, the gradient is the softmax alone
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    if not (gold != -100).any():
        return (flat * 0).sum()
    keep = gold != -100
    x = flat[keep]
    return (x.logsumexp(-1) - x.gather(1, gold[keep][:, None])[:, 0].detach()).mean()
