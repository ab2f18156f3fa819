# MISTAKE: Every token of a word gets its label, not only the first one.
def align_labels(word_labels, word_ids):
    out = []
    for word in word_ids:
        if word is None:
            out.append(-100)
            continue
        if not 0 <= word < len(word_labels):
            raise ValueError(f"word {word} has no label")
        out.append(word_labels[word])
    return out
