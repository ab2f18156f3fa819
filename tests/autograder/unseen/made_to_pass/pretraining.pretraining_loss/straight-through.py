# MISTAKE: The right value, but the gradient is that of the mean over all positions, by a straight-through trick.
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    losses = F.cross_entropy(mlm_logits.movedim(-1, 1), mlm_labels, reduction="none")
    number = mlm_labels.ne(-100).sum().clamp(min=1)
    value = (losses.sum() / number).detach()
    mlm = losses.mean() - losses.mean().detach() + value
    return mlm + F.cross_entropy(nsp_logits, (~is_next).long())
