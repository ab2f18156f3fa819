# MISTAKE: Compares labels instead of word ids: of two neighbouring words with one label the second gets -100.
def align_labels(word_labels, word_ids):
    out, previous = [], None
    for word in word_ids:
        if word is None:
            out.append(-100)
            previous = None
            continue
        if not 0 <= word < len(word_labels):
            raise ValueError(f"word {word} has no label")
        label = word_labels[word]
        out.append(-100 if label == previous else label)
        previous = label
    return out
