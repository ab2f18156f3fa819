# MISTAKE: Takes disjoint pairs (0, 1), (2, 3), ...: every other pair is missing.
def sample_pairs(documents, rng):
    full = [d for d in range(len(documents)) if documents[d]]
    if len(full) < 2:
        raise ValueError(f"need two documents with a sentence, got {len(full)}")
    pairs = []
    for d, doc in enumerate(documents):
        for i in range(0, len(doc) - 1, 2):
            if rng.random() < 0.5:
                pairs.append((doc[i], doc[i + 1], True))
            else:
                other = rng.choice([e for e in full if e != d])
                pairs.append((doc[i], rng.choice(documents[other]), False))
    return pairs
