# RIGHT: max with a key over a generator of pairs
from itertools import product


def best_span(start_logits, end_logits, allowed, max_length):
    places = [i for i, ok in enumerate(allowed.tolist()) if ok]
    starts, ends = start_logits.tolist(), end_logits.tolist()
    pairs = [(s, e) for s, e in product(places, places) if 0 <= e - s <= max_length - 1]
    if not pairs:
        raise ValueError("no pair of positions is left")
    return max(pairs, key=lambda pair: starts[pair[0]] + ends[pair[1]])
