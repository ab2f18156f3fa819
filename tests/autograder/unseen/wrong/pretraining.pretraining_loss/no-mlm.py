# MISTAKE: The MLM loss is overwritten by the NSP loss.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    loss = F.cross_entropy(mlm_logits.flatten(0, 1), mlm_labels.flatten(), reduction="sum")
    loss = loss / (mlm_labels != -100).sum().clamp(min=1)
    loss = loss * 0 + F.cross_entropy(nsp_logits, (~is_next).long())
    return loss
