# MISTAKE: A label among the two best counts as right.
def masked_accuracy(logits, labels):
    keep = labels != -100
    best = logits.topk(2, dim=-1).indices
    hits = (best == labels.unsqueeze(-1)).any(-1) & keep
    return int(hits.sum()), int(keep.sum())
