# MISTAKE: (two mistakes) Uses a set of sentences as the pool, so a sentence must be hashable and repeated ones count once, and a coin of randint(0, 2).
def sample_pairs(documents, rng):
    if sum(1 for d in documents if d) < 2:
        raise ValueError("too few documents")
    pairs = []
    for d, doc in enumerate(documents):
        pool = sorted({s for e, other in enumerate(documents) if e != d for s in other})
        for a, b in zip(doc, doc[1:]):
            if rng.randint(0, 2) == 0:
                pairs.append((a, b, True))
            else:
                pairs.append((a, rng.choice(pool), False))
    return pairs
