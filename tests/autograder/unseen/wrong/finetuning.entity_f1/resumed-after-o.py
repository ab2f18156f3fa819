# MISTAKE: O does not forget the type: an I-X after an O takes up the entity before it.
def _spans(tags):
    entities, last = [], None
    for i, tag in enumerate(tags):
        if tag == "O":
            continue
        prefix, _, name = tag.partition("-")
        if prefix == "I" and name == last:
            entities[-1][1] = i
        else:
            entities.append([i, i, name])
        last = name
    return {tuple(e) for e in entities}


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
