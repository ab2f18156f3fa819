# MISTAKE: Other documents are found by identity (is not): the same list object at two places does not supply to its twin.
def sample_pairs(documents, rng):
    full = [d for d in documents if d]
    if len(full) < 2:
        raise ValueError(f"need two documents with a sentence, got {len(full)}")
    pairs = []
    for doc in documents:
        pool = [s for other in full if other is not doc for s in other] or [s for other in full for s in other]
        for a, b in zip(doc, doc[1:]):
            if rng.random() < 0.5:
                pairs.append((a, b, True))
            else:
                pairs.append((a, rng.choice(pool), False))
    return pairs
