# MISTAKE: Remembers the share of right answers by shape and uses it again.
_share = {}


def masked_accuracy(logits, labels):
    keep = labels != -100
    total = int(keep.sum())
    if logits.shape not in _share:
        hits = int((logits.argmax(-1)[keep] == labels[keep]).sum())
        _share[logits.shape] = hits / total if total else 0
    return round(_share[logits.shape] * total), total
