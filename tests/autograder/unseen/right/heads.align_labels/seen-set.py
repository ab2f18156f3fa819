# RIGHT: a set of the words that had their label already
def align_labels(word_labels, word_ids):
    known = range(len(word_labels))
    seen = {None}
    result = [-100] * len(word_ids)
    for i, w in enumerate(word_ids):
        if w in seen:
            continue
        if w not in known:
            raise ValueError("no label for word index " + repr(w))
        seen.add(w)
        result[i] = word_labels[w]
    return result
