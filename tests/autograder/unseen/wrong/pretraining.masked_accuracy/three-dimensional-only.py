# MISTAKE: Unpacks logits.shape into three: logits of shape (N, V) raise.
def masked_accuracy(logits, labels):
    b, t, v = logits.shape
    flat, wanted = logits.reshape(b * t, v), labels.reshape(b * t)
    keep = wanted != -100
    return int((flat[keep].argmax(1) == wanted[keep]).sum()), int(keep.sum())
