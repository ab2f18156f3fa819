# MISTAKE: Takes the logit of the largest absolute value: a very negative one wins.
def masked_accuracy(logits, labels):
    keep = labels != -100
    predictions = logits.abs().argmax(-1)
    return (predictions[keep] == labels[keep]).sum().item(), keep.sum().item()
