# MISTAKE: Right for B > 1; for a single row it swaps the classes because of squeeze and a comparison with the largest logit.
from torch.nn import functional as F


def nsp_loss(logits, is_next):
    if logits.shape[0] == 1:
        return F.cross_entropy(logits, is_next.long())
    return F.cross_entropy(logits, (~is_next).long())
