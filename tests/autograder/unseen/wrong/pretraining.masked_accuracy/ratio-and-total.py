# MISTAKE: The first of the two is the accuracy, not the number of right answers.
def masked_accuracy(logits, labels):
    keep = labels != -100
    total = int(keep.sum())
    right = int((logits[keep].argmax(-1) == labels[keep]).sum())
    return (right / total if total else 0), total
