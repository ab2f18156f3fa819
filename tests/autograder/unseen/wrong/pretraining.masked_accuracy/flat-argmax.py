# MISTAKE: argmax without a dimension finds one place in the whole tensor.
def masked_accuracy(logits, labels):
    keep = labels != -100
    prediction = logits.argmax() % logits.shape[-1]
    return int(((prediction == labels) & keep).sum()), int(keep.sum())
