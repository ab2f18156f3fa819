# RIGHT: uniform over the other documents with a sentence, then over their sentences
def sample_pairs(documents, rng):
    usable = [d for d in range(len(documents)) if len(documents[d])]
    if len(usable) < 2:
        raise ValueError("only %d documents have a sentence" % len(usable))
    result = []
    for d in range(len(documents)):
        others = [e for e in usable if e != d]
        for i in range(1, len(documents[d])):
            before, after = documents[d][i - 1], documents[d][i]
            is_next = rng.getrandbits(1) == 1
            if not is_next:
                source = documents[others[rng.randrange(len(others))]]
                after = source[rng.randrange(len(source))]
            result.append((before, after, is_next))
    return result
