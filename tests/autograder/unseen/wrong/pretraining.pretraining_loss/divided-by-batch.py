# MISTAKE: Divides the MLM loss by the batch size instead of the number of selected positions.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    batch = mlm_logits.shape[0]
    mlm = F.cross_entropy(mlm_logits.flatten(0, 1), mlm_labels.flatten(), reduction="sum") / batch
    nsp = F.cross_entropy(nsp_logits, (~is_next).long(), reduction="sum") / batch
    return mlm + nsp
