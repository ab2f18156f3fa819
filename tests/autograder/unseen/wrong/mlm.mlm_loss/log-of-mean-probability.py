# MISTAKE: The log of the mean probability is taken rather than the mean of the log-probabilities.
# KIND: own
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat = logits.reshape(-1, logits.shape[-1])
    targets = labels.reshape(-1)
    keep = targets != -100
    if not keep.any():
        return logits.sum() * 0
    logp = F.log_softmax(flat[keep], dim=-1).gather(1, targets[keep].unsqueeze(1))
    return -(torch.logsumexp(logp.reshape(-1), dim=0) - keep.sum().to(logp.dtype).log())
