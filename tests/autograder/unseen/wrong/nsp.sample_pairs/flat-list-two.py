# MISTAKE: (two mistakes) Flattens all documents first, so the end of one and the start of the next make a pair, and random sentences may come from the same document.
def sample_pairs(documents, rng):
    if sum(1 for d in documents if d) < 2:
        raise ValueError("too few documents")
    flat = [s for doc in documents for s in doc]
    pairs = []
    for a, b in zip(flat, flat[1:]):
        if rng.random() < 0.5:
            pairs.append((a, b, True))
        else:
            pairs.append((a, rng.choice(flat), False))
    return pairs
