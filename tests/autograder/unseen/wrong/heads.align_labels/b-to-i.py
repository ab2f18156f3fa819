# MISTAKE: The further tokens of a word get the label after the word's, as if B-X were followed by I-X.
def align_labels(word_labels, word_ids):
    out, previous = [], None
    for word in word_ids:
        if word is None:
            out.append(-100)
        elif word not in range(len(word_labels)):
            raise ValueError(f"word {word} has no label")
        else:
            out.append(word_labels[word] + (1 if word == previous else 0))
        previous = word
    return out
