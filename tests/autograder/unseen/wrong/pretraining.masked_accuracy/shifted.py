# MISTAKE: Compares the prediction at t with the label at t + 1.
def masked_accuracy(logits, labels):
    keep = labels[..., 1:] != -100
    predictions = logits.argmax(-1)[..., :-1]
    return int((predictions == labels[..., 1:])[keep].sum()), int(keep.sum())
