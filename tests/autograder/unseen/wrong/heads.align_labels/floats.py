# MISTAKE: Goes through a float array: the labels come out as floats.
import numpy as np


def align_labels(word_labels, word_ids):
    out = np.full(len(word_ids), -100.0)
    previous = None
    for i, word in enumerate(word_ids):
        if word is not None and word != previous:
            if word not in range(len(word_labels)):
                raise ValueError(f"word {word} has no label")
            out[i] = word_labels[word]
        previous = word
    return out.tolist()
