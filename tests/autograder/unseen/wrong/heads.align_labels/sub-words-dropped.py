# MISTAKE: The further tokens of a word are left out of the list.
def align_labels(word_labels, word_ids):
    out, previous = [], None
    for word in word_ids:
        if word is None:
            out.append(-100)
        elif word != previous:
            if word not in range(len(word_labels)):
                raise ValueError(f"word {word} has no label")
            out.append(word_labels[word])
        previous = word
    return out
