# MISTAKE: Says that every labelled position is right.
def masked_accuracy(logits, labels):
    total = int((labels != -100).sum())
    return total, total
