# RIGHT: bad ids first, then a comprehension over neighbours
def align_labels(word_labels, word_ids):
    bad = [w for w in word_ids if w is not None and (w < 0 or w >= len(word_labels))]
    if bad:
        raise ValueError(f"words without a label: {bad}")
    before = [None, *word_ids][: len(word_ids)]
    return [-100 if w is None or w == b else word_labels[w] for w, b in zip(word_ids, before)]
