# MISTAKE: total is the number of different labels.
def masked_accuracy(logits, labels):
    wanted = set(labels[labels != -100].tolist())
    hits = (logits.argmax(-1) == labels) & (labels != -100)
    return int(hits.sum()), len(wanted)
