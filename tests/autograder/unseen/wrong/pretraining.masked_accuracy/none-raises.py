# MISTAKE: Fails with a division by zero where no position has a label.
def masked_accuracy(logits, labels):
    keep = labels != -100
    accuracy = (logits[keep].argmax(-1) == labels[keep]).sum().item() / keep.sum().item()
    return round(accuracy * keep.sum().item()), keep.sum().item()
