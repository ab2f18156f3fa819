# MISTAKE: A sigmoid on the first NSP logit alone instead of a softmax over both.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    number = mlm_labels.ne(-100).sum().clamp(min=1)
    mlm = F.cross_entropy(mlm_logits.flatten(0, 1), mlm_labels.flatten(), reduction="sum") / number
    nsp = F.binary_cross_entropy_with_logits(nsp_logits[:, 0], is_next.to(nsp_logits.dtype))
    return mlm + nsp
