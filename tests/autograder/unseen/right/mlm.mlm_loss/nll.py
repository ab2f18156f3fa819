# RIGHT: log_softmax and nll_loss over the last axis moved to place 1
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    scores = torch.log_softmax(logits, dim=-1).flatten(0, -2) if logits.dim() > 1 else torch.log_softmax(logits, -1)[None]
    total = F.nll_loss(scores, labels.flatten(), ignore_index=-100, reduction="sum")
    return total / max(1, int((labels != -100).sum()))
