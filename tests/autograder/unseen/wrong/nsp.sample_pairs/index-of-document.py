# MISTAKE: Finds the place of a document by documents.index(doc): with two equal documents the second one may draw from itself and never from the first.
def sample_pairs(documents, rng):
    full = [d for d in range(len(documents)) if documents[d]]
    if len(full) < 2:
        raise ValueError(f"need two documents with a sentence, got {len(full)}")
    pairs = []
    for doc in documents:
        here = documents.index(doc)
        for a, b in zip(doc, doc[1:]):
            if rng.random() < 0.5:
                pairs.append((a, b, True))
            else:
                other = rng.choice([e for e in full if e != here])
                pairs.append((a, rng.choice(documents[other]), False))
    return pairs
