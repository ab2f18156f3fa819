# MISTAKE: The types are found by searching for the first sep_id: wrong where the first side itself holds that id.
def pack_pair(first, second, cls_id, sep_id, max_length):
    if max_length < 5:
        raise ValueError(f"max_length must be at least 5, got {max_length}")
    if not first or not second:
        raise ValueError(f"empty side: {first!r} {second!r}")
    a, b = list(first), list(second)
    while len(a) + len(b) + 3 > max_length:
        (a if len(a) > len(b) else b).pop()
    ids = [cls_id] + a + [sep_id] + b + [sep_id]
    border = ids.index(sep_id)
    return ids, [int(i > border) for i in range(len(ids))]
