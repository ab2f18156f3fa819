# MISTAKE: Adds the counts up in a global from call to call, which is the caller's job.
correct = 0
total = 0


def masked_accuracy(logits, labels):
    global correct, total
    keep = labels != -100
    correct += int((logits.argmax(-1)[keep] == labels[keep]).sum())
    total += int(keep.sum())
    return correct, total
