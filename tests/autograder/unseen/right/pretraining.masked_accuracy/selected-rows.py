# RIGHT: picks the selected rows first
import torch


def masked_accuracy(logits, labels):
    keep = labels.ne(-100)
    predicted = torch.max(logits[keep], dim=-1).indices
    wanted = labels[keep]
    return torch.eq(predicted, wanted).sum().item(), wanted.numel()
