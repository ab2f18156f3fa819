# RIGHT: log_softmax and gather
import torch


def nsp_loss(logits, is_next):
    log_p = torch.log_softmax(logits, dim=-1)
    target = torch.where(is_next, 0, 1)
    return log_p.gather(1, target[:, None]).neg().mean()
