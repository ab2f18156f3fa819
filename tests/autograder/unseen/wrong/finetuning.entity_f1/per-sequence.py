# MISTAKE: The mean of the F1 of each sequence.
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
    scores = []
    for p, g in zip(predicted, gold):
        p, g = _spans(p), _spans(g)
        scores.append(2 * len(p & g) / (len(p) + len(g)) if p & g else 0.0)
    return sum(scores) / len(scores) if scores else 0.0
