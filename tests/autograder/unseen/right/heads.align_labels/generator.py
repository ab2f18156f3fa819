# RIGHT: a generator function, and a dict of the labels still to give
def _labels(word_labels, word_ids):
    left = dict(enumerate(word_labels))
    for word in word_ids:
        if word is None:
            yield -100
            continue
        if word not in left:
            raise ValueError(f"word {word} has no label")
        yield left[word]
        left[word] = -100


def align_labels(word_labels, word_ids):
    return list(_labels(word_labels, word_ids))
