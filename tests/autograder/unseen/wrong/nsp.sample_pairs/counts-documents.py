# MISTAKE: Counts the documents and not those with a sentence: with one full document and empty ones there is no ValueError (and empty documents crash the draw).
def sample_pairs(documents, rng):
    if len(documents) < 2:
        raise ValueError(f"need two documents, got {len(documents)}")
    pairs = []
    for d, doc in enumerate(documents):
        for i in range(len(doc) - 1):
            if rng.random() < 0.5:
                pairs.append((doc[i], doc[i + 1], True))
            else:
                other = rng.choice([e for e in range(len(documents)) if e != d])
                pairs.append((doc[i], rng.choice(documents[other]), False))
    return pairs
