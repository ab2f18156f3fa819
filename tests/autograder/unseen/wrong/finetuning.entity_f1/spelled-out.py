# MISTAKE: Compares the tags of the spans: an entity that starts with I-X is not equal to one that starts with B-X.
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
        a = {(*s, tuple(p[s[0]:s[1] + 1])) for s in _spans(p)}
        b = {(*s, tuple(g[s[0]:s[1] + 1])) for s in _spans(g)}
        tp += len(a & b)
        total += len(a) + len(b)
    return 2 * tp / total if tp else 0.0
