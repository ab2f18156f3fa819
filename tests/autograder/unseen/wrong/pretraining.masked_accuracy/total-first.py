# MISTAKE: Returns (total, correct).
def masked_accuracy(logits, labels):
    keep = labels.ne(-100)
    correct = logits[keep].argmax(dim=-1).eq(labels[keep]).sum()
    return int(keep.sum()), int(correct)
