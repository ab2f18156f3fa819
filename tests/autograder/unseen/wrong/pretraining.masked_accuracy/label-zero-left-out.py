# MISTAKE: Only labels above 0 count: a position with label 0 is left out.
def masked_accuracy(logits, labels):
    keep = labels > 0
    hits = (logits.argmax(-1) == labels) & keep
    return int(hits.sum()), int(keep.sum())
