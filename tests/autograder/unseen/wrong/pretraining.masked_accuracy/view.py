# MISTAKE: view(-1, V) fails for logits that are not contiguous.
def masked_accuracy(logits, labels):
    flat = logits.view(-1, logits.size(-1))
    wanted = labels.view(-1)
    keep = wanted != -100
    return int((flat.argmax(1)[keep] == wanted[keep]).sum()), int(keep.sum())
