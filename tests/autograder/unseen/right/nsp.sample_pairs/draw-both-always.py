# RIGHT: always draws a random sentence, then the coin decides
def _checked(documents):
    n = len([doc for doc in documents if doc])
    if n < 2:
        raise ValueError(f"{n} documents with a sentence are too few")
    return [list(doc) for doc in documents]


def sample_pairs(documents, rng):
    docs = _checked(documents)
    flat = [(d, s) for d, doc in enumerate(docs) for s in doc]

    def stranger(d):
        while True:
            e, s = flat[int(rng.random() * len(flat))]
            if e != d:
                return s

    return [
        (doc[i], other, False) if rng.choice((True, False)) else (doc[i], doc[i + 1], True)
        for d, doc in enumerate(docs)
        for i in range(len(doc) - 1)
        for other in [stranger(d)]
    ]
