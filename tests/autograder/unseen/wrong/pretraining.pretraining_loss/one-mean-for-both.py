# MISTAKE: One mean over all terms of both kinds, so that the NSP loss hardly counts.
import torch
from torch.nn import functional as F


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    keep = mlm_labels != -100
    terms = [
        F.cross_entropy(mlm_logits[keep], mlm_labels[keep], reduction="none"),
        F.cross_entropy(nsp_logits, (~is_next).long(), reduction="none"),
    ]
    return torch.cat(terms).mean()
