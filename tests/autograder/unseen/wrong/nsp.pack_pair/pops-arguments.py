# MISTAKE: Cuts the arguments themselves: the caller's lists are changed when something is cut.
def pack_pair(first, second, cls_id, sep_id, max_length):
    if max_length < 5:
        raise ValueError(f"max_length must be at least 5, got {max_length}")
    if not first or not second:
        raise ValueError(f"empty side: {first!r} {second!r}")
    while len(first) + len(second) + 3 > max_length:
        if len(first) > len(second):
            first.pop()
        else:
            second.pop()
    types = [0] * (len(first) + 2) + [1] * (len(second) + 1)
    return [cls_id] + first + [sep_id] + second + [sep_id], types
