# MISTAKE: Both sides are cut to half the room: for an odd room the one place left over stays empty, so the result is one short.
def pack_pair(first, second, cls_id, sep_id, max_length):
    if max_length < 5:
        raise ValueError(f"max_length must be at least 5, got {max_length}")
    if not first or not second:
        raise ValueError(f"empty side: {first!r} {second!r}")
    room = max_length - 3
    a, b = list(first), list(second)
    if len(a) + len(b) > room:
        half = room // 2
        if len(a) <= half:
            b = b[: room - len(a)]
        elif len(b) <= half:
            a = a[: room - len(b)]
        else:
            a, b = a[:half], b[:half]
    return [cls_id] + a + [sep_id] + b + [sep_id], [0] * (len(a) + 2) + [1] * (len(b) + 1)
