# MISTAKE: [CLS] and [SEP] are always 101 and 102 as in the released BERT, whatever ids are given.
def pack_pair(first, second, cls_id, sep_id, max_length):
    if max_length < 5:
        raise ValueError(f"max_length must be at least 5, got {max_length}")
    if not first or not second:
        raise ValueError(f"empty side: {first!r} {second!r}")
    a, b = list(first), list(second)
    while len(a) + len(b) + 3 > max_length:
        (a if len(a) > len(b) else b).pop()
    return [101] + a + [102] + b + [102], [0] * (len(a) + 2) + [1] * (len(b) + 1)
