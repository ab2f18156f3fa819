# MISTAKE: Casts to float32: float64 logits that differ by 1e-12 become equal.
def masked_accuracy(logits, labels):
    keep = labels != -100
    prediction = logits.float().argmax(-1)
    return int((prediction[keep] == labels[keep]).sum()), int(keep.sum())
