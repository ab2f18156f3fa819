# MISTAKE: Counts back from the accuracy with int(), which cuts 2.9999 down to 2.
def masked_accuracy(logits, labels):
    keep = labels != -100
    total = int(keep.sum())
    if total == 0:
        return 0, 0
    accuracy = (logits[keep].argmax(-1) == labels[keep]).float().mean().item()
    return int(accuracy * total), total
