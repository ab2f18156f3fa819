# MISTAKE: Never predicts class 0 ([PAD]): argmax over the classes from 1 on.
def masked_accuracy(logits, labels):
    keep = labels != -100
    predictions = logits[..., 1:].argmax(-1) + 1
    return int((predictions[keep] == labels[keep]).sum()), int(keep.sum())
