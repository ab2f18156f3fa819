# RIGHT: itertools.groupby over the word ids
from itertools import chain, groupby, repeat


def align_labels(word_labels, word_ids):
    table = dict(enumerate(word_labels))

    def group(word, tokens):
        n = sum(1 for _ in tokens)
        if word is None:
            return repeat(-100, n)
        if word not in table:
            raise ValueError(f"no label for word {word}")
        return chain([table[word]], repeat(-100, n - 1))

    return list(chain.from_iterable(group(w, g) for w, g in groupby(word_ids)))
