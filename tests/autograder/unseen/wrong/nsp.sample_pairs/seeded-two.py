# MISTAKE: (two mistakes) Sets rng's seed to 0 at the start, so every call gives the same, and swaps first and second.
def sample_pairs(documents, rng):
    rng.seed(0)
    full = [d for d in range(len(documents)) if documents[d]]
    if len(full) < 2:
        raise ValueError(f"need two documents with a sentence, got {len(full)}")
    pairs = []
    for d, doc in enumerate(documents):
        for i in range(len(doc) - 1):
            if rng.random() < 0.5:
                pairs.append((doc[i + 1], doc[i], True))
            else:
                other = rng.choice([e for e in full if e != d])
                pairs.append((rng.choice(documents[other]), doc[i], False))
    return pairs
