# MISTAKE: The coin comes from rng, the random sentence from the global random module.
import random


def sample_pairs(documents, rng):
    full = [d for d in range(len(documents)) if documents[d]]
    if len(full) < 2:
        raise ValueError(f"need two documents with a sentence, got {len(full)}")
    pairs = []
    for d, doc in enumerate(documents):
        for i in range(len(doc) - 1):
            if rng.random() < 0.5:
                pairs.append((doc[i], doc[i + 1], True))
            else:
                pool = [s for e in full if e != d for s in documents[e]]
                pairs.append((doc[i], random.choice(pool), False))
    return pairs
