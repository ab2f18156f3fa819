# MISTAKE: The log-sum-exp is written out as log(sum(exp)), which overflows for large logits.
# KIND: own
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat = logits.reshape(-1, logits.shape[-1])
    targets = labels.reshape(-1)
    keep = targets != -100
    chosen = flat[keep]
    right = chosen.gather(1, targets[keep].unsqueeze(1)).squeeze(1)
    return (chosen.exp().sum(dim=1).log() - right).sum() / keep.sum().clamp(min=1)
