# MISTAKE: Documents of one sentence are thrown out at the start and never supply a sentence; with too few longer ones it raises.
def sample_pairs(documents, rng):
    documents = [d for d in documents if len(d) > 1]
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
