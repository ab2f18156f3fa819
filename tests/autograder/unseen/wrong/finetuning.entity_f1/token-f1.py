# MISTAKE: F1 over tags other than O instead of over entities.
def entity_f1(predicted, gold):
    if len(predicted) != len(gold):
        raise ValueError(f"{len(predicted)} predicted sequences, {len(gold)} gold ones")
    for p, g in zip(predicted, gold):
        if len(p) != len(g):
            raise ValueError(f"a sequence of {len(p)} tags against one of {len(g)}")
    pairs = [(a, b) for p, g in zip(predicted, gold) for a, b in zip(p, g)]
    tp = sum(a == b != "O" for a, b in pairs)
    total = sum((a != "O") + (b != "O") for a, b in pairs)
    return 2 * tp / total if tp else 0.0
