# RIGHT: log-softmax, gather and where, no cross_entropy
import torch


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    keep = mlm_labels != -100
    index = mlm_labels.masked_fill(~keep, 0).unsqueeze(-1)
    picked = mlm_logits.log_softmax(dim=-1).gather(-1, index).squeeze(-1)
    mlm = torch.where(keep, -picked, torch.zeros_like(picked)).sum() / max(int(keep.sum()), 1)
    classes = is_next.logical_not().to(torch.long).unsqueeze(-1)
    nsp = -nsp_logits.log_softmax(dim=-1).gather(-1, classes).mean()
    return torch.add(mlm, nsp)
