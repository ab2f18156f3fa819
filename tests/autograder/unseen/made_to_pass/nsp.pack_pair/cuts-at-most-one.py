# MISTAKE: Cuts one token at most from each side: right only where at most two have to go.
def pack_pair(first, second, cls_id, sep_id, max_length):
    if max_length < 5:
        raise ValueError(f"max_length must be at least 5, got {max_length}")
    if not first or not second:
        raise ValueError(f"empty side: {first!r} {second!r}")
    a, b = list(first), list(second)
    for _ in range(2):
        if len(a) + len(b) + 3 > max_length:
            (a if len(a) > len(b) else b).pop()
    return [cls_id] + a + [sep_id] + b + [sep_id], [0] * (len(a) + 2) + [1] * (len(b) + 1)
