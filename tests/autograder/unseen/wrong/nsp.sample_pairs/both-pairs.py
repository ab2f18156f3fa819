# MISTAKE: Every place gives two pairs, a real one and a random one, instead of one by a coin.
def sample_pairs(documents, rng):
    full = [d for d in range(len(documents)) if documents[d]]
    if len(full) < 2:
        raise ValueError(f"need two documents with a sentence, got {len(full)}")
    pairs = []
    for d, doc in enumerate(documents):
        for i in range(len(doc) - 1):
            pairs.append((doc[i], doc[i + 1], True))
            other = rng.choice([e for e in full if e != d])
            pairs.append((doc[i], rng.choice(documents[other]), False))
    return pairs
