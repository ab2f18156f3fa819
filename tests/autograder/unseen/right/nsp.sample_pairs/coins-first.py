# RIGHT: all coins first, then weighted choices of a document by its size
def sample_pairs(documents, rng):
    sizes = list(map(len, documents))
    if sum(1 for n in sizes if n) < 2:
        raise ValueError(f"fewer than two of {len(sizes)} documents have a sentence")
    places = [(d, i) for d, n in enumerate(sizes) for i in range(n - 1)]
    coins = [rng.randint(0, 1) for _ in places]
    out = []
    for (d, i), coin in zip(places, coins):
        if coin:
            out.append((documents[d][i], documents[d][i + 1], True))
            continue
        weights = [0 if e == d else n for e, n in enumerate(sizes)]
        (e,) = rng.choices(range(len(sizes)), weights=weights)
        out.append((documents[d][i], documents[e][rng.randint(0, sizes[e] - 1)], False))
    return out
