# MISTAKE: The coins alternate after a random start: half and half, but not independent.
def sample_pairs(documents, rng):
    full = [d for d in range(len(documents)) if documents[d]]
    if len(full) < 2:
        raise ValueError(f"need two documents with a sentence, got {len(full)}")
    real = rng.random() < 0.5
    pairs = []
    for d, doc in enumerate(documents):
        pool = [s for e in full if e != d for s in documents[e]]
        for a, b in zip(doc, doc[1:]):
            if real:
                pairs.append((a, b, True))
            else:
                pairs.append((a, rng.choice(pool), False))
            real = not real
    return pairs
