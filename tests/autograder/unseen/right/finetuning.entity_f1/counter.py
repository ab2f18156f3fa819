# RIGHT: a Counter of spans over all sequences, from a generator
from collections import Counter


def _walk(tags):
    open_span = None
    for i, tag in enumerate(tags):
        head, _, kind = tag.partition("-")
        if head == "I" and open_span and open_span[2] == kind:
            open_span[1] = i
            continue
        if open_span:
            yield tuple(open_span)
        open_span = None if tag == "O" else [i, i, kind]
    if open_span:
        yield tuple(open_span)


def _count(sequences):
    return Counter((n, *span) for n, tags in enumerate(sequences) for span in _walk(tags))


def entity_f1(predicted, gold):
    if len(predicted) != len(gold) or any(len(p) != len(g) for p, g in zip(predicted, gold)):
        raise ValueError("lengths differ")
    p, g = _count(predicted), _count(gold)
    tp = (p & g).total()
    fp, fn = p.total() - tp, g.total() - tp
    if not tp:
        return 0.0
    return tp / (tp + (fp + fn) / 2)
