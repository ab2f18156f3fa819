# MISTAKE: Counts rows whose labels are all right, and rows, instead of positions.
def masked_accuracy(logits, labels):
    keep = labels != -100
    hits = (logits.argmax(-1) == labels) | ~keep
    return int(hits.all(-1).sum()), int(keep.any(-1).sum())
