# MISTAKE: Leaves out position 0 of each row, as [CLS] has no label anyway.
def masked_accuracy(logits, labels):
    if labels.dim() > 1:
        logits, labels = logits[:, 1:], labels[:, 1:]
    keep = labels != -100
    return int((logits.argmax(-1)[keep] == labels[keep]).sum()), int(keep.sum())
