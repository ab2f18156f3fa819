# MISTAKE: The NaN of the empty mean is multiplied by 0 to get rid of it, and stays NaN.
# KIND: own
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat = logits.reshape(-1, logits.shape[-1])
    targets = labels.reshape(-1)
    loss = F.cross_entropy(flat, targets, ignore_index=-100)
    return loss * (targets != -100).any()
