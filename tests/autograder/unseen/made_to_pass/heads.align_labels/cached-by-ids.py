# MISTAKE: Remembers the answer by word_ids alone: other labels for the same tokens get the old ones.
_known = {}


def align_labels(word_labels, word_ids):
    key = tuple(word_ids)
    if key not in _known:
        out, previous = [], None
        for word in word_ids:
            if word is None or word == previous:
                out.append(-100)
            elif word not in range(len(word_labels)):
                raise ValueError(f"word {word} has no label")
            else:
                out.append(word_labels[word])
            previous = word
        _known[key] = out
    return list(_known[key])
