# MISTAKE: Raises only when a random sentence is really wanted: with a single document nothing is raised where it has one sentence or all coins say "real".
def sample_pairs(documents, rng):
    pairs = []
    for d, doc in enumerate(documents):
        pool = [s for e, other in enumerate(documents) if e != d for s in other]
        for a, b in zip(doc, doc[1:]):
            if rng.random() < 0.5:
                pairs.append((a, b, True))
            elif not pool:
                raise ValueError("no other document has a sentence")
            else:
                pairs.append((a, rng.choice(pool), False))
    return pairs
