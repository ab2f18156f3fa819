# MISTAKE: Shifts logits and labels against each other as for next-token prediction.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    logits, labels = mlm_logits[:, :-1], mlm_labels[:, 1:]
    number = labels.ne(-100).sum().clamp(min=1)
    mlm = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="sum") / number
    return mlm + F.cross_entropy(nsp_logits, (~is_next).long())
