# RIGHT: recursion on slices
def _trim(a, b, room):
    if len(a) + len(b) <= room:
        return a, b
    if len(a) > len(b):
        return _trim(a[: max(len(b), room - len(b))], b, room)
    if len(b) > len(a):
        return _trim(a, b[: max(len(a), room - len(a))], room)
    return _trim(a, b[:-1], room) if len(a) + len(b) - room == 1 else _trim(a[:-1], b[:-1], room)


def pack_pair(first, second, cls_id, sep_id, max_length):
    if max_length < 5:
        raise ValueError(f"max_length={max_length}")
    if not (first and second):
        raise ValueError(f"a side is empty: first={first}, second={second}")
    a, b = _trim(list(first), list(second), max_length - 3)
    ids = [cls_id, *a, sep_id, *b, sep_id]
    return ids, [0 if i < len(a) + 2 else 1 for i in range(len(ids))]
