# MISTAKE: -100 is turned into 0 and such a position is right where class 0 is predicted.
def masked_accuracy(logits, labels):
    total = int((labels != -100).sum())
    hits = logits.argmax(-1) == labels.clamp(min=0)
    return int(hits.sum()), total
