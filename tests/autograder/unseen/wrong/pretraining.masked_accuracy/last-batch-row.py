# MISTAKE: Overwrites the counts in the loop over rows instead of adding: only the last row counts.
def masked_accuracy(logits, labels):
    correct = total = 0
    v = logits.shape[-1]
    width = labels.shape[-1] if labels.dim() else 1
    for scores, wanted in zip(logits.reshape(-1, width, v), labels.reshape(-1, width)):
        keep = wanted != -100
        correct = int((scores.argmax(-1)[keep] == wanted[keep]).sum())
        total = int(keep.sum())
    return correct, total
