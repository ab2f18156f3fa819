# RIGHT: uniform over the sentences of the other places
def sample_pairs(documents, rng):
    filled = sum(1 for doc in documents if len(doc) > 0)
    if filled < 2:
        raise ValueError(f"two documents with a sentence are needed, got {filled}")
    pairs = []
    for d, doc in enumerate(documents):
        pool = [s for e, other in enumerate(documents) if e != d for s in other]
        for first, following in zip(doc, doc[1:]):
            if rng.random() < 0.5:
                pairs.append((first, following, True))
            else:
                pairs.append((first, rng.choice(pool), False))
    return pairs
