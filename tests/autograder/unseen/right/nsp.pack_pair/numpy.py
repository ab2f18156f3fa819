# RIGHT: numpy concatenation and a type per piece, back to lists of ints
import numpy as np


def pack_pair(first, second, cls_id, sep_id, max_length):
    if max_length < 5:
        raise ValueError(f"max_length must be >= 5: {max_length}")
    if len(first) == 0 or len(second) == 0:
        raise ValueError(f"a side has no token: {first}, {second}")
    n, m = len(first), len(second)
    for _ in range(max(0, n + m + 3 - max_length)):
        n, m = (n - 1, m) if n > m else (n, m - 1)
    ids = np.concatenate([[cls_id], first[:n], [sep_id], second[:m], [sep_id]]).astype(np.int64)
    types = np.repeat([0, 1], [n + 2, m + 1])
    return ids.tolist(), types.tolist()
