# MISTAKE: Ignored tokens get -1 instead of -100.
def align_labels(word_labels, word_ids):
    out, previous = [], None
    for word in word_ids:
        if word is None or word == previous:
            out.append(-1)
        elif not 0 <= word < len(word_labels):
            raise ValueError(f"word {word} has no label")
        else:
            out.append(word_labels[word])
        previous = word
    return out
