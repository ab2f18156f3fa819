# RIGHT: the usual cross_entropy where something is selected, zero times nothing else
from torch.nn import functional as F

IGNORE = -100


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    total = F.cross_entropy(nsp_logits, is_next.logical_not().long(), reduction="mean")
    if bool((mlm_labels == IGNORE).all()):
        return total + F.cross_entropy(mlm_logits.flatten(0, -2), mlm_labels.flatten(), reduction="sum", ignore_index=IGNORE)
    return total + F.cross_entropy(mlm_logits.flatten(0, -2), mlm_labels.flatten(), ignore_index=IGNORE)
