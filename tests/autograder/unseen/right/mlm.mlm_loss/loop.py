# RIGHT: a loop over the positions
import torch


def mlm_loss(logits, labels):
    rows = logits.reshape(-1, logits.shape[-1])
    total, count = rows[:0].sum(), 0
    for row, label in zip(rows, labels.reshape(-1).tolist()):
        if label != -100:
            total = total - torch.log_softmax(row, 0)[label]
            count += 1
    return total / max(count, 1)
