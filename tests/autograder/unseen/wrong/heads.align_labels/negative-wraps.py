# MISTAKE: Looks only for an IndexError: a negative index takes a label from the end.
def align_labels(word_labels, word_ids):
    out, previous = [], None
    for word in word_ids:
        if word is None or word == previous:
            out.append(-100)
        else:
            try:
                out.append(word_labels[word])
            except IndexError:
                raise ValueError(f"word {word} has no label") from None
        previous = word
    return out
