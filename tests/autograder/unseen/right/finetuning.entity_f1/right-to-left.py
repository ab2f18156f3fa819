# RIGHT: reads from right to left: an entity is complete at its first tag
def _spans(tags):
    spans = []
    end = None
    for i in reversed(range(len(tags))):
        if tags[i] == "O":
            end = None
            continue
        mark, kind = tags[i].split("-", 1)
        if end is None:
            end = i
        joined = mark == "I" and i > 0 and tags[i - 1] in ("B-" + kind, "I-" + kind)
        if not joined:
            spans.append((i, end, kind))
            end = None
    return spans


def entity_f1(predicted, gold):
    if len(predicted) != len(gold):
        raise ValueError(f"{len(predicted)} != {len(gold)}")
    tp = n = 0
    for p, g in zip(predicted, gold):
        if len(p) != len(g):
            raise ValueError(f"{len(p)} != {len(g)} in {p}")
        ps, gs = _spans(p), _spans(g)
        n += len(ps) + len(gs)
        tp += sum(span in gs for span in ps)
    return 2.0 * tp / n if tp else 0.0
