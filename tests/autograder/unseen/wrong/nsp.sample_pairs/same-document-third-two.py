# MISTAKE: (two mistakes) The random sentence is another one of the same document, and there is no ValueError for too few documents.
def sample_pairs(documents, rng):
    pairs = []
    for doc in documents:
        for i in range(len(doc) - 1):
            if rng.random() < 0.5:
                pairs.append((doc[i], doc[i + 1], True))
            else:
                pairs.append((doc[i], rng.choice(doc), False))
    return pairs
