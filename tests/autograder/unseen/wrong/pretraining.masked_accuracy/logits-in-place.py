# MISTAKE: Turns the caller's logits into probabilities in place.
import torch


def masked_accuracy(logits, labels):
    with torch.no_grad():
        logits -= logits.amax(-1, keepdim=True)
        logits.exp_()
        logits /= logits.sum(-1, keepdim=True)
    keep = labels != -100
    return int((logits.argmax(-1)[keep] == labels[keep]).sum()), int(keep.sum())
