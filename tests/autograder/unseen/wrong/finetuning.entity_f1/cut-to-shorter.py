# MISTAKE: zip cuts to the shorter of two sequences instead of raising.
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
    tp = total = 0
    for p, g in zip(predicted, gold):
        n = min(len(p), len(g))
        p, g = _spans(p[:n]), _spans(g[:n])
        tp += len(p & g)
        total += len(p) + len(g)
    return 2 * tp / total if tp else 0.0
