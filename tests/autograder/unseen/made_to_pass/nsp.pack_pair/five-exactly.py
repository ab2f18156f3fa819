# MISTAKE: At max_length 5 it turns sides of more than one token away instead of cutting them.
def pack_pair(first, second, cls_id, sep_id, max_length):
    if max_length < 5 or (max_length == 5 and len(first) + len(second) > 2):
        raise ValueError(f"max_length too small: {max_length}")
    if not first or not second:
        raise ValueError(f"empty side: {first!r} {second!r}")
    a, b = list(first), list(second)
    while len(a) + len(b) + 3 > max_length:
        (a if len(a) > len(b) else b).pop()
    return [cls_id] + a + [sep_id] + b + [sep_id], [0] * (len(a) + 2) + [1] * (len(b) + 1)
