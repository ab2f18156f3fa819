# RIGHT: chain of parts
import itertools


def pack_pair(first, second, cls_id, sep_id, max_length):
    if max_length < 5:
        raise ValueError(f"need room for five tokens, got max_length {max_length}")
    if [] in (list(first), list(second)):
        raise ValueError(f"empty list [] among {first} and {second}")
    sides = [list(first), list(second)]
    excess = sum(map(len, sides)) + 3 - max_length
    while excess > 0:
        del sides[len(sides[0]) <= len(sides[1])][-1]
        excess -= 1
    parts = [[cls_id] + sides[0] + [sep_id], sides[1] + [sep_id]]
    ids = list(itertools.chain.from_iterable(parts))
    types = [kind for kind, part in enumerate(parts) for _ in part]
    return ids, types
