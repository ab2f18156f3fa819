# MISTAKE: Overwrites -100 in the caller's labels with -1.
def masked_accuracy(logits, labels):
    labels[labels == -100] = -1
    keep = labels >= 0
    return int((logits.argmax(-1)[keep] == labels[keep]).sum()), int(keep.sum())
