# RIGHT: counts the lengths down
def _lengths(n, m, room):
    while n + m > room:
        if m >= n:
            m -= 1
        else:
            n -= 1
    return n, m


def pack_pair(first, second, cls_id, sep_id, max_length):
    if max_length < 5:
        raise ValueError("no pair fits into %d" % max_length)
    if min(len(first), len(second)) < 1:
        raise ValueError("empty: %s / %s" % (first, second))
    n, m = _lengths(len(first), len(second), max_length - 3)
    pieces = [(cls_id, 0)]
    pieces += [(token, 0) for token in first[:n]]
    pieces.append((sep_id, 0))
    pieces += [(token, 1) for token in second[:m]]
    pieces.append((sep_id, 1))
    return [p[0] for p in pieces], [p[1] for p in pieces]
