# MISTAKE: A supplied sentence is not drawn again for the same document until the pool is used up: draws are not independent.
def sample_pairs(documents, rng):
    full = [d for d in range(len(documents)) if documents[d]]
    if len(full) < 2:
        raise ValueError(f"need two documents with a sentence, got {len(full)}")
    pairs = []
    for d, doc in enumerate(documents):
        pool = []
        for a, b in zip(doc, doc[1:]):
            if rng.random() < 0.5:
                pairs.append((a, b, True))
            else:
                if not pool:
                    pool = [s for e in full if e != d for s in documents[e]]
                pairs.append((a, pool.pop(rng.randrange(len(pool))), False))
    return pairs
