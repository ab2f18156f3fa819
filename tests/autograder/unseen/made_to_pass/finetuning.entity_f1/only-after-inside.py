# MISTAKE: An I-Y right after B-X goes on with the entity X; after O, at the start and after I-X it starts one as it should.
def _spans(tags):
    spans, start, kind = set(), None, None
    before = "O"
    for i, tag in enumerate(list(tags) + ["O"]):
        prefix, _, name = tag.partition("-")
        if start is not None and (prefix != "I" or (name != kind and before[0] == "I")):
            spans.add((start, i - 1, kind))
            start = None
        if prefix == "B" or (prefix == "I" and start is None):
            start, kind = i, name
        before = tag
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
