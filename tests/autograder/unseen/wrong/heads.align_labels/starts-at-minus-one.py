# MISTAKE: The word before the first token is said to be -1, so that a leading index of -1 does not raise.
def align_labels(word_labels, word_ids):
    out, previous = [], -1
    for word in word_ids:
        if word is None or word == previous:
            out.append(-100)
        elif word not in range(len(word_labels)):
            raise ValueError(f"word {word} has no label")
        else:
            out.append(word_labels[word])
        previous = word
    return out
