# MISTAKE: A drawn sentence equal to the real next one is drawn again (up to 50 times): equal sentences in other documents practically never come.
def sample_pairs(documents, rng):
    full = [d for d in range(len(documents)) if documents[d]]
    if len(full) < 2:
        raise ValueError(f"need two documents with a sentence, got {len(full)}")
    pairs = []
    for d, doc in enumerate(documents):
        pool = [s for e in full if e != d for s in documents[e]]
        for a, b in zip(doc, doc[1:]):
            if rng.random() < 0.5:
                pairs.append((a, b, True))
                continue
            s = rng.choice(pool)
            for _ in range(50):
                if s != b:
                    break
                s = rng.choice(pool)
            pairs.append((a, s, False))
    return pairs
