# MISTAKE: log(softmax(x)) is computed in two steps, which gives infinity for large logits.
# KIND: own
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat = logits.reshape(-1, logits.shape[-1])
    targets = labels.reshape(-1)
    keep = targets != -100
    probs = torch.softmax(flat[keep], dim=-1)
    picked = probs.gather(1, targets[keep].unsqueeze(1))
    return -picked.log().sum() / keep.sum().clamp(min=1)
