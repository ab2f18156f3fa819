# MISTAKE: The coin is subtly biased: a real next sentence with probability 0.47.
def sample_pairs(documents, rng):
    full = [d for d in range(len(documents)) if documents[d]]
    if len(full) < 2:
        raise ValueError(f"need two documents with a sentence, got {len(full)}")
    pairs = []
    for d, doc in enumerate(documents):
        pool = [s for e in full if e != d for s in documents[e]]
        for a, b in zip(doc, doc[1:]):
            if rng.random() < 0.47:
                pairs.append((a, b, True))
            else:
                pairs.append((a, rng.choice(pool), False))
    return pairs
