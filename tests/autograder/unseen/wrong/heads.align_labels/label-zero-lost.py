# MISTAKE: `label or -100` turns label 0 into -100.
def align_labels(word_labels, word_ids):
    out, previous = [], None
    for word in word_ids:
        label = None
        if word is not None and word != previous:
            if word not in range(len(word_labels)):
                raise ValueError(f"word {word} has no label")
            label = word_labels[word]
        out.append(label or -100)
        previous = word
    return out
