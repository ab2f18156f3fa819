# MISTAKE: (two mistakes) [CLS] and [SEP] are swapped, and a pair that fits exactly is cut.
def pack_pair(first, second, cls_id, sep_id, max_length):
    if max_length < 5:
        raise ValueError(f"max_length must be at least 5, got {max_length}")
    if not first or not second:
        raise ValueError(f"empty side: {first!r} {second!r}")
    a, b = list(first), list(second)
    while len(a) + len(b) + 3 >= max_length:
        if len(a) > len(b):
            a = a[:-1]
        else:
            b = b[:-1]
    return [sep_id] + a + [cls_id] + b + [cls_id], [0] * (len(a) + 2) + [1] * (len(b) + 1)
