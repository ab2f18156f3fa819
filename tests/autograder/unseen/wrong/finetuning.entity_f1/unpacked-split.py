# MISTAKE: Unpacks tag.split("-") into two: a type with a hyphen is an error.
def _spans(tags):
    spans, start, kind = set(), None, None
    for i, tag in enumerate(list(tags) + ["O"]):
        prefix, name = tag.split("-") if tag != "O" else ("O", "")
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
        tp += len(p & g)
        total += len(p) + len(g)
    return 2 * tp / total if tp else 0.0
