# MISTAKE: Casts the logits to float16: large ones become infinite and near ones equal.
def masked_accuracy(logits, labels):
    keep = labels != -100
    prediction = logits.half().argmax(-1)
    return int((prediction[keep] == labels[keep]).sum()), int(keep.sum())
