# MISTAKE: total counts all positions, ignored ones too.
def masked_accuracy(logits, labels):
    predictions = logits.argmax(-1)
    return int((predictions == labels).sum()), labels.numel()
