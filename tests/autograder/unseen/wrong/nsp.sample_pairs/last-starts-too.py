# MISTAKE: The last sentence of a document starts a pair too, always with a random second.
def sample_pairs(documents, rng):
    full = [d for d in range(len(documents)) if documents[d]]
    if len(full) < 2:
        raise ValueError(f"need two documents with a sentence, got {len(full)}")
    pairs = []
    for d, doc in enumerate(documents):
        for i, sentence in enumerate(doc):
            if i + 1 < len(doc) and rng.random() < 0.5:
                pairs.append((sentence, doc[i + 1], True))
            else:
                other = rng.choice([e for e in full if e != d])
                pairs.append((sentence, rng.choice(documents[other]), False))
    return pairs
