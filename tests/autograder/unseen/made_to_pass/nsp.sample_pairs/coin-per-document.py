# MISTAKE: One coin for all pairs of a document.
def sample_pairs(documents, rng):
    full = [d for d in range(len(documents)) if documents[d]]
    if len(full) < 2:
        raise ValueError(f"need two documents with a sentence, got {len(full)}")
    pairs = []
    for d, doc in enumerate(documents):
        real = rng.random() < 0.5
        pool = [s for e in full if e != d for s in documents[e]]
        for a, b in zip(doc, doc[1:]):
            pairs.append((a, b, True) if real else (a, rng.choice(pool), False))
    return pairs
