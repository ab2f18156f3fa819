# MISTAKE: Draws from a copy of rng: rng does not advance, and two calls in a row give the same.
import copy


def sample_pairs(documents, rng):
    rng = copy.deepcopy(rng)
    full = [d for d in range(len(documents)) if documents[d]]
    if len(full) < 2:
        raise ValueError(f"need two documents with a sentence, got {len(full)}")
    pairs = []
    for d, doc in enumerate(documents):
        pool = [s for e in full if e != d for s in documents[e]]
        for a, b in zip(doc, doc[1:]):
            if rng.random() < 0.5:
                pairs.append((a, b, True))
            else:
                pairs.append((a, rng.choice(pool), False))
    return pairs
