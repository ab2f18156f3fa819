# RIGHT: numpy, with a mask for special tokens
import numpy as np


def align_labels(word_labels, word_ids):
    special = np.array([w is None for w in word_ids], dtype=bool)
    ids = np.array([0 if w is None else w for w in word_ids], dtype=np.int64)
    wrong = ~special & ((ids < 0) | (ids >= len(word_labels)))
    if wrong.any():
        raise ValueError(f"no label for word {int(ids[wrong][0])}")
    starts = ~special
    starts[1:] &= special[:-1] | (ids[1:] != ids[:-1])
    out = np.full(len(word_ids), -100, dtype=np.int64)
    out[starts] = np.array(word_labels, dtype=np.int64)[ids[starts]]
    return out.tolist()
