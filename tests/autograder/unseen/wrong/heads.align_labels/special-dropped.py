# MISTAKE: Special tokens are left out, so that the list is shorter than the tokens.
def align_labels(word_labels, word_ids):
    out, previous = [], None
    for word in word_ids:
        if word is not None:
            if word not in range(len(word_labels)):
                raise ValueError(f"word {word} has no label")
            out.append(-100 if word == previous else word_labels[word])
        previous = word
    return out
