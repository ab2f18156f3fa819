# RIGHT: a child generator seeded from rng, so that rng still decides and advances
import random


def sample_pairs(documents, rng):
    usable = [e for e, doc in enumerate(documents) if doc]
    if len(usable) < 2:
        raise ValueError(f"need two documents with a sentence, got {len(usable)}")
    child = random.Random(rng.getrandbits(64))
    pairs = []
    for d, doc in enumerate(documents):
        shift = [documents[e] for e in usable if e != d]
        pairs += [
            (doc[i], doc[i + 1], True)
            if child.random() < 0.5
            else (doc[i], child.choice(child.choice(shift)), False)
            for i in range(len(doc) - 1)
        ]
    return pairs
