# MISTAKE: The random sentence may come from the same document.
def sample_pairs(documents, rng):
    full = [d for d in range(len(documents)) if documents[d]]
    if len(full) < 2:
        raise ValueError(f"need two documents with a sentence, got {len(full)}")
    pairs = []
    for doc in documents:
        for i in range(len(doc) - 1):
            if rng.random() < 0.5:
                pairs.append((doc[i], doc[i + 1], True))
            else:
                pairs.append((doc[i], rng.choice(documents[rng.choice(full)]), False))
    return pairs
