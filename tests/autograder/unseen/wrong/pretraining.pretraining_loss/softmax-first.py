# MISTAKE: Takes a softmax before cross_entropy, which takes one itself.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    number = mlm_labels.ne(-100).sum().clamp(min=1)
    probabilities = mlm_logits.softmax(-1)
    mlm = F.cross_entropy(probabilities.flatten(0, 1), mlm_labels.flatten(), reduction="sum") / number
    nsp = F.cross_entropy(nsp_logits.softmax(-1), (~is_next).long())
    return mlm + nsp
