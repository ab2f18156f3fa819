# MISTAKE: Overwrites the label in word_labels itself once it is given: the argument is changed.
def align_labels(word_labels, word_ids):
    out = []
    for word in word_ids:
        if word is None:
            out.append(-100)
            continue
        if word not in range(len(word_labels)):
            raise ValueError(f"word {word} has no label")
        out.append(word_labels[word])
        word_labels[word] = -100
    return out
