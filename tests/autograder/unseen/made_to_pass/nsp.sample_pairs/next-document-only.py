# MISTAKE: The random sentence comes from the following document (around the end) only: right with two documents.
def sample_pairs(documents, rng):
    full = [d for d in range(len(documents)) if documents[d]]
    if len(full) < 2:
        raise ValueError(f"need two documents with a sentence, got {len(full)}")
    pairs = []
    for place, d in enumerate(full):
        doc = documents[d]
        other = documents[full[(place + 1) % len(full)]]
        for a, b in zip(doc, doc[1:]):
            if rng.random() < 0.5:
                pairs.append((a, b, True))
            else:
                pairs.append((a, rng.choice(other), False))
    return pairs
