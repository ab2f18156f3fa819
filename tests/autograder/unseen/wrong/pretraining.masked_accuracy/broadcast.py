# MISTAKE: Compares (N,) with (N, 1): every prediction is compared with every label.
def masked_accuracy(logits, labels):
    keep = labels != -100
    predictions = logits[keep].argmax(-1)
    hits = predictions == labels[keep].unsqueeze(-1)
    return int(hits.sum()), int(keep.sum())
