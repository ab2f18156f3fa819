# RIGHT: copies and pops
def pack_pair(first, second, cls_id, sep_id, max_length):
    if max_length < 5:
        raise ValueError(f"max_length must be at least 5, got {max_length}")
    if not first or not second:
        raise ValueError(f"both sides need a token, got {first!r} and {second!r}")
    a, b = list(first), list(second)
    while len(a) + len(b) + 3 > max_length:
        longer = a if len(a) > len(b) else b
        longer.pop()
    ids = [cls_id] + a + [sep_id] + b + [sep_id]
    types = [0] * (len(a) + 2) + [1] * (len(b) + 1)
    return ids, types
