# RIGHT: one long sequence with an O between the sequences
def _spans(tags):
    spans = {}
    last = None
    for i, tag in enumerate(tags):
        if tag == "O":
            last = None
        elif tag[:2] == "I-" and last is not None and spans[last][1] == tag[2:]:
            spans[last] = (i, tag[2:])
        else:
            last = i
            spans[last] = (i, tag[2:])
    return spans


def _flat(sequences):
    return [tag for tags in sequences for tag in [*tags, "O"]]


def entity_f1(predicted, gold):
    if len(predicted) != len(gold):
        raise ValueError(f"{len(predicted)} against {len(gold)} sequences")
    for i, (p, g) in enumerate(zip(predicted, gold)):
        if len(p) != len(g):
            raise ValueError(f"sequence {i}: {len(p)} against {len(g)} tags")
    p, g = _spans(_flat(predicted)), _spans(_flat(gold))
    hits = sum(g.get(start) == rest for start, rest in p.items())
    return 0.0 if hits == 0 else hits * 2 / (len(p) + len(g))
