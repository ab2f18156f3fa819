# MISTAKE: Raises where a label has no token, although only a word without a label is an error.
def align_labels(word_labels, word_ids):
    words = {w for w in word_ids if w is not None}
    for w in words:
        if w not in range(len(word_labels)):
            raise ValueError(f"word {w} has no label")
    if len(words) != len(word_labels):
        raise ValueError(f"{len(words)} words and {len(word_labels)} labels")
    out, previous = [], None
    for word in word_ids:
        out.append(-100 if word is None or word == previous else word_labels[word])
        previous = word
    return out
