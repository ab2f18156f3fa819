# MISTAKE: For an odd room the second side keeps the extra token where both are cut.
def pack_pair(first, second, cls_id, sep_id, max_length):
    if max_length < 5:
        raise ValueError(f"max_length must be at least 5, got {max_length}")
    if not first or not second:
        raise ValueError(f"empty side: {first!r} {second!r}")
    room = max_length - 3
    n, m = len(first), len(second)
    if n + m > room:
        n = min(n, max(room // 2, room - m))
        m = room - n
    return [cls_id, *first[:n], sep_id, *second[:m], sep_id], [0] * (n + 2) + [1] * (m + 1)
