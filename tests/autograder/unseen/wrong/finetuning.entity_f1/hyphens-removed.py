# MISTAKE: Leaves hyphens out of the type, so that two become one.
def entities(tags, sequence):
    found = set()
    start = kind = None
    for place, tag in enumerate([*tags, "O"]):
        prefix, _, label = tag.partition("-")
        label = label.replace("-", "")
        goes_on = prefix == "I" and label == kind
        if start is not None and not goes_on:
            found.add((sequence, start, place, kind))
            start = kind = None
        if prefix != "O" and not goes_on:
            start, kind = place, label
    return found


def entity_f1(predicted, gold):
    if len(predicted) != len(gold):
        raise ValueError(f"{len(predicted)} predicted sequences and {len(gold)} gold ones")
    ours, theirs = set(), set()
    for number, (mine, right) in enumerate(zip(predicted, gold)):
        if len(mine) != len(right):
            raise ValueError(f"sequence {number} has {len(mine)} and {len(right)} tags")
        ours |= entities(mine, number)
        theirs |= entities(right, number)
    hits = len(ours & theirs)
    return 2 * hits / (len(ours) + len(theirs)) if hits else 0.0
