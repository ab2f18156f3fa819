# MISTAKE: log(softmax(x)): for large logits a probability underflows to 0 and the loss is infinite.
import torch


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    keep = mlm_labels != -100
    p = torch.softmax(mlm_logits[keep], -1)
    picked = p.gather(1, mlm_labels[keep].unsqueeze(1))
    mlm = -picked.log().sum() / keep.sum().clamp(min=1)
    q = torch.softmax(nsp_logits, -1)
    nsp = -torch.where(is_next, q[:, 0], q[:, 1]).log().mean()
    return mlm + nsp
