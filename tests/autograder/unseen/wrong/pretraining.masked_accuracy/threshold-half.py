# MISTAKE: Right only where the label's probability is above 0.5; with many classes the largest may be smaller.
def masked_accuracy(logits, labels):
    keep = labels != -100
    p = logits.softmax(-1)[keep]
    hits = p.gather(-1, labels[keep].unsqueeze(-1)) > 0.5
    return int(hits.sum()), int(keep.sum())
