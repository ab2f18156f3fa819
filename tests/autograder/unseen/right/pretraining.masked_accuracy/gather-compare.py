# RIGHT: a label is right where its logit is the largest of its row
import torch


@torch.no_grad()
def masked_accuracy(logits, labels):
    flat = logits.reshape(-1, logits.shape[-1])
    target = labels.reshape(-1)
    rows = torch.nonzero(target != -100).squeeze(1)
    own = flat[rows, target[rows]]
    best = flat[rows].amax(dim=1)
    return (own == best).sum().tolist(), len(rows)
