# MISTAKE: max() of nothing: raises where all tokens are special.
def align_labels(word_labels, word_ids):
    words = [w for w in word_ids if w is not None]
    if max(words) >= len(word_labels) or min(words) < 0:
        raise ValueError(f"words {words} outside 0 .. {len(word_labels) - 1}")
    out, previous = [], None
    for word in word_ids:
        out.append(-100 if word is None or word == previous else word_labels[word])
        previous = word
    return out
