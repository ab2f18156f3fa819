# MISTAKE: A word without a label is quietly ignored with -100 instead of raising.
def align_labels(word_labels, word_ids):
    out, previous = [], None
    for word in word_ids:
        if word is None or word == previous or not 0 <= word < len(word_labels):
            out.append(-100)
        else:
            out.append(word_labels[word])
        previous = word
    return out
