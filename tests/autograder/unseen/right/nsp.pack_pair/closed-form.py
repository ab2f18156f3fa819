# RIGHT: lengths in closed form, no loop
def pack_pair(first, second, cls_id, sep_id, max_length):
    for name, side in (("first", first), ("second", second)):
        if len(side) == 0:
            raise ValueError(name + " is empty: " + repr(side))
    if not max_length >= 5:
        raise ValueError("max_length too small: " + str(max_length))
    room = max_length - 3
    n, m = len(first), len(second)
    if n + m > room:
        n = min(n, max(room - m, (room + 1) // 2))
        m = room - n
    return [cls_id, *first[:n], sep_id, *second[:m], sep_id], [0] * (n + 2) + [1] * (m + 1)
