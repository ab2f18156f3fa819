# MISTAKE: max_length is only checked when a cut is due, and then only below 4: max_length 4 comes out of a cut with an empty side.
def pack_pair(first, second, cls_id, sep_id, max_length):
    if not first or not second:
        raise ValueError(f"empty side: {first!r} {second!r}")
    if max_length < 4:
        raise ValueError(f"max_length must be at least 5, got {max_length}")
    a, b = list(first), list(second)
    while len(a) + len(b) + 3 > max_length:
        (a if len(a) > len(b) else b).pop()
    return [cls_id] + a + [sep_id] + b + [sep_id], [0] * (len(a) + 2) + [1] * (len(b) + 1)
