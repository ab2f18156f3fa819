# MISTAKE: Divides by count + 1 to avoid a division by zero: the mean is too small, most for few positions.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    number = (mlm_labels != -100).sum() + 1
    mlm = F.cross_entropy(mlm_logits.flatten(0, 1), mlm_labels.flatten(), reduction="sum") / number
    return mlm + F.cross_entropy(nsp_logits, (~is_next).long())
