# RIGHT: cross_entropy with class weights of one and an extra axis, mean by weights, warning
import warnings

import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    warnings.warn("computing a loss")
    flat = logits.reshape(-1, logits.shape[-1])
    gold = labels.reshape(-1)
    keep = (gold != -100).type_as(flat)
    each = F.cross_entropy(flat.unsqueeze(-1), gold.unsqueeze(-1), weight=flat.new_ones(flat.shape[1]), reduction="none")
    return torch.dot(each.squeeze(-1), keep) / torch.maximum(keep.sum(), keep.new_ones(()))
