# MISTAKE: A predicted entity that overlaps a gold one of its type counts as found.
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
    tp = total = 0
    for p, g in zip(predicted, gold):
        p, g = _spans(p), _spans(g)
        tp += sum(any(a[2] == b[2] and a[0] <= b[1] and b[0] <= a[1] for b in g) for a in p)
        total += len(p) + len(g)
    return 2 * tp / total if tp else 0.0
