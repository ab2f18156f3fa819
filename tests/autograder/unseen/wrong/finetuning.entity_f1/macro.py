# MISTAKE: The mean of the F1 of each type instead of one over all entities.
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
    p = {(n, *s) for n, tags in enumerate(predicted) for s in _spans(tags)}
    g = {(n, *s) for n, tags in enumerate(gold) for s in _spans(tags)}
    scores = []
    for kind in {s[3] for s in p | g}:
        pk, gk = {s for s in p if s[3] == kind}, {s for s in g if s[3] == kind}
        scores.append(2 * len(pk & gk) / (len(pk) + len(gk)))
    return sum(scores) / len(scores) if scores else 0.0
