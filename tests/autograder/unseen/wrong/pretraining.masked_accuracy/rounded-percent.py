# MISTAKE: Rounds the probabilities to whole percent before argmax: the larger of two close ones is lost.
def masked_accuracy(logits, labels):
    keep = labels != -100
    p = (logits[keep].softmax(-1) * 100).round()
    predictions = p.argmax(-1)
    return int((predictions == labels[keep]).sum()), int(keep.sum())
