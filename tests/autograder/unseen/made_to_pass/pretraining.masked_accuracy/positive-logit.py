# MISTAKE: Takes a label for right where its logit is above that of the mean by a margin, which usually but not always is the largest.
def masked_accuracy(logits, labels):
    keep = labels != -100
    own = logits[keep].gather(-1, labels[keep].unsqueeze(-1)).squeeze(-1)
    rest = logits[keep].mean(-1) + 1.2 * logits[keep].std(-1)
    return int((own > rest).sum()), int(keep.sum())
