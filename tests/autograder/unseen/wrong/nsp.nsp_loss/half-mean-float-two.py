# MISTAKE: (two mistakes) The mean runs over B * 2 numbers (half the loss), and the logits are cast to float32.
import torch


def nsp_loss(logits, is_next):
    onehot = torch.stack([is_next, ~is_next], 1).float()
    return -(onehot * logits.float().log_softmax(-1)).mean()
