# MISTAKE: The check says > where it should say >=: the index len(word_labels) gives an IndexError.
def align_labels(word_labels, word_ids):
    out, previous = [], None
    for word in word_ids:
        if word is None or word == previous:
            out.append(-100)
        else:
            if word < 0 or word > len(word_labels):
                raise ValueError(f"word {word} has no label")
            out.append(word_labels[word])
        previous = word
    return out
