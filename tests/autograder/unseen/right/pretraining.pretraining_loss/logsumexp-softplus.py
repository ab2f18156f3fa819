# RIGHT: logsumexp minus the label's logit by one-hot, softplus of the difference for the two classes
import torch
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    real = mlm_labels >= 0
    hot = F.one_hot(mlm_labels.clamp(min=0), mlm_logits.shape[-1]).to(mlm_logits.dtype)
    per_position = mlm_logits.logsumexp(-1) - (hot * mlm_logits).sum(-1)
    weight = real.to(mlm_logits.dtype)
    mlm = (per_position * weight).sum() / weight.sum().clamp(min=1)
    sign = 1 - 2 * is_next.to(nsp_logits.dtype)
    nsp = F.softplus(sign * (nsp_logits[:, 0] - nsp_logits[:, 1])).mean()
    return mlm + nsp
