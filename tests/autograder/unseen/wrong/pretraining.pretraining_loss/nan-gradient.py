# MISTAKE: Divides by a count of 0 inside torch.where: without a selection the value is right, but the MLM gradient is NaN.
import torch


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    keep = (mlm_labels != -100).to(mlm_logits.dtype)
    index = mlm_labels.clamp(min=0).unsqueeze(-1)
    losses = -mlm_logits.log_softmax(-1).gather(-1, index).squeeze(-1)
    mlm = torch.where(keep.sum() > 0, (losses * keep).sum() / keep.sum(), torch.zeros_like(losses.sum()))
    nsp = torch.nn.functional.cross_entropy(nsp_logits, (~is_next).long())
    return mlm + nsp
