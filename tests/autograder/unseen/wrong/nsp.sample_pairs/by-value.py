# MISTAKE: Other documents are found by value (doc != other): a document equal to this one at another place never supplies, and if all are equal it crashes.
def sample_pairs(documents, rng):
    if sum(1 for d in documents if d) < 2:
        raise ValueError("need two documents with a sentence")
    pairs = []
    for doc in documents:
        others = [other for other in documents if other != doc and other]
        for a, b in zip(doc, doc[1:]):
            if rng.random() < 0.5:
                pairs.append((a, b, True))
            else:
                pairs.append((a, rng.choice(rng.choice(others)), False))
    return pairs
