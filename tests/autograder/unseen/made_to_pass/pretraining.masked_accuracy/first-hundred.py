# MISTAKE: Judges only the first hundred positions and scales up.
def masked_accuracy(logits, labels):
    total = int((labels != -100).sum())
    flat, wanted = logits.reshape(-1, logits.shape[-1])[:100], labels.reshape(-1)[:100]
    keep = wanted != -100
    hits, seen = int((flat.argmax(-1)[keep] == wanted[keep]).sum()), int(keep.sum())
    return (round(hits / seen * total) if seen else 0), total
