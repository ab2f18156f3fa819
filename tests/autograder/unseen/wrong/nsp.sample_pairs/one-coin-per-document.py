# MISTAKE: The coin is thrown once for each document: all of its pairs are real, or all are random.
def sample_pairs(documents, rng):
    usable = [d for d in documents if d]
    if len(usable) < 2:
        raise ValueError(f"only {len(usable)} documents with sentences")
    pairs = []
    for i, document in enumerate(usable):
        real = rng.random() < 0.5
        others = usable[:i] + usable[i + 1 :]
        for first, following in zip(document, document[1:]):
            second = following if real else rng.choice(rng.choice(others))
            pairs.append((first, second, real))
    return pairs
