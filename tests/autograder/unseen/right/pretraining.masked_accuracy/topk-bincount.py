# RIGHT: topk for the prediction, bincount over codes for the counting
import torch


def masked_accuracy(logits, labels):
    prediction = logits.topk(1, dim=-1).indices.squeeze(-1)
    code = (prediction == labels).long() + 2 * (labels == -100).long()
    counts = torch.bincount(code.flatten(), minlength=4).tolist()
    return counts[1], counts[0] + counts[1]
