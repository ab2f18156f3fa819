# MISTAKE: (two mistakes) The middle [SEP] is missing, and the sides are not cut.
def pack_pair(first, second, cls_id, sep_id, max_length):
    if max_length < 5:
        raise ValueError(f"max_length must be at least 5, got {max_length}")
    if not first or not second:
        raise ValueError(f"empty side: {first!r} {second!r}")
    return [cls_id, *first, *second, sep_id], [0] * (len(first) + 1) + [1] * (len(second) + 1)
