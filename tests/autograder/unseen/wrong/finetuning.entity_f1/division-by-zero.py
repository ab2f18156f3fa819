# MISTAKE: Divides by zero where no entity was predicted or none is right.
def _spans(tags):
    spans, start, kind = set(), None, None
    for i, tag in enumerate(list(tags) + ["O"]):
        prefix, _, name = tag.partition("-")
        if start is not None and (prefix != "I" or name != kind):
            spans.add((start, i - 1, kind))
            start = None
        if prefix == "B" or (prefix == "I" and start is None):
            start, kind = i, name
    return spans


def entity_f1(predicted, gold):
    if len(predicted) != len(gold):
        raise ValueError(f"{len(predicted)} predicted sequences, {len(gold)} gold ones")
    for p, g in zip(predicted, gold):
        if len(p) != len(g):
            raise ValueError(f"a sequence of {len(p)} tags against one of {len(g)}")
    tp = found = true = 0
    for p, g in zip(predicted, gold):
        p, g = _spans(p), _spans(g)
        tp += len(p & g)
        found += len(p)
        true += len(g)
    precision, recall = tp / found, tp / true
    return 2 * precision * recall / (precision + recall)
