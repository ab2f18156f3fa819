# MISTAKE: Takes the labels one after another: where a word has no token the later words get wrong ones.
def align_labels(word_labels, word_ids):
    labels = iter(word_labels)
    out, previous = [], None
    for word in word_ids:
        if word is not None and word not in range(len(word_labels)):
            raise ValueError(f"word {word} has no label")
        out.append(-100 if word is None or word == previous else next(labels))
        previous = word
    return out
