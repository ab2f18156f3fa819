# MISTAKE: The packed list is cut at max_length as a whole: the last [SEP] is lost. Shows when something is cut.
def pack_pair(first, second, cls_id, sep_id, max_length):
    if max_length < 5:
        raise ValueError(f"max_length must be at least 5, got {max_length}")
    if not first or not second:
        raise ValueError(f"empty side: {first!r} {second!r}")
    ids = [cls_id] + list(first) + [sep_id] + list(second) + [sep_id]
    types = [0] * (len(first) + 2) + [1] * (len(second) + 1)
    return ids[:max_length], types[:max_length]
