# MISTAKE: Special tokens get label 0 instead of -100.
def align_labels(word_labels, word_ids):
    out, previous = [], None
    for word in word_ids:
        if word is None:
            out.append(0)
        elif not 0 <= word < len(word_labels):
            raise ValueError(f"word {word} has no label")
        else:
            out.append(-100 if word == previous else word_labels[word])
        previous = word
    return out
