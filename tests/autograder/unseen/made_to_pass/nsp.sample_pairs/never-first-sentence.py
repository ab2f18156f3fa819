# MISTAKE: The first sentence of another document never comes, unless it is its only one.
def sample_pairs(documents, rng):
    full = [d for d in range(len(documents)) if documents[d]]
    if len(full) < 2:
        raise ValueError(f"need two documents with a sentence, got {len(full)}")
    pairs = []
    for d, doc in enumerate(documents):
        for a, b in zip(doc, doc[1:]):
            if rng.random() < 0.5:
                pairs.append((a, b, True))
            else:
                other = documents[rng.choice([e for e in full if e != d])]
                pairs.append((a, rng.choice(other[1:] or other), False))
    return pairs
