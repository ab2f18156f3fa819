# MISTAKE: The share of right tags.
def entity_f1(predicted, gold):
    if len(predicted) != len(gold):
        raise ValueError(f"{len(predicted)} predicted sequences, {len(gold)} gold ones")
    for p, g in zip(predicted, gold):
        if len(p) != len(g):
            raise ValueError(f"a sequence of {len(p)} tags against one of {len(g)}")
    pairs = [(a, b) for p, g in zip(predicted, gold) for a, b in zip(p, g)]
    return sum(a == b for a, b in pairs) / max(1, len(pairs))
