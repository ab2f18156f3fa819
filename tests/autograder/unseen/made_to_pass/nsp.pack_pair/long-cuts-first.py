# MISTAKE: Where three or a greater odd number have to go from equal sides, the first side loses the extra one instead of the second; right for smaller cuts.
def pack_pair(first, second, cls_id, sep_id, max_length):
    if max_length < 5:
        raise ValueError(f"max_length must be at least 5, got {max_length}")
    if not first or not second:
        raise ValueError(f"empty side: {first!r} {second!r}")
    a, b = list(first), list(second)
    if len(a) > len(b) or len(b) > len(a):
        longer = a if len(a) > len(b) else b
        while len(a) + len(b) + 3 > max_length and len(a) != len(b):
            longer.pop()
    over = len(a) + len(b) + 3 - max_length
    if over > 0:
        if over >= 3 and over % 2:
            a, b = a[: len(a) - (over + 1) // 2], b[: len(b) - over // 2]
        else:
            a, b = a[: len(a) - over // 2], b[: len(b) - (over + 1) // 2]
    return [cls_id] + a + [sep_id] + b + [sep_id], [0] * (len(a) + 2) + [1] * (len(b) + 1)
