# MISTAKE: Returns the number of right and of wrong answers instead of right and all.
def masked_accuracy(logits, labels):
    keep = labels != -100
    hits = logits[keep].argmax(-1) == labels[keep]
    return int(hits.sum()), int((~hits).sum())
